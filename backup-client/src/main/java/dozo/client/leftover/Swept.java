package dozo.client.leftover;

import java.util.List;

/**
 * What was removed.
 *
 * @param kind the journal's kind
 * @param id the checkpoint's id
 * @param actions what was done, one sentence each
 */
public record Swept(String kind, String id, List<String> actions) {

  /** Keeps a copy. */
  public Swept {
    actions = List.copyOf(actions);
  }
}
