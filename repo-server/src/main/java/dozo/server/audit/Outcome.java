package dozo.server.audit;

import java.util.Locale;

/** What came of an action. */
public enum Outcome {
  /** It is about to be done; another entry says what came of it. */
  BEGUN,
  /** It was done. */
  DONE,
  /** It was not done, and waits for a delay or somebody's approval. */
  ASKED,
  /** Whoever asked may not do it, or asked for what cannot be. */
  REFUSED,
  /** It was begun and did not succeed. */
  FAILED;

  /** Its word in the log. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
