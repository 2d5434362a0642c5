package dozo.format.manifest;

import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing that an operator has set: a token, a policy, a pin. It is kept in {@code
 * state/<kind>/<id>.state}.
 *
 * @param kind what it is: 1 to 32 lower-case letters, digits and hyphens, a letter first
 * @param id its id
 * @param content what it says, without the member {@code kind}, which the file adds; a copy is kept
 *     and given out
 */
public record StateEntry(String kind, UUID id, ObjectNode content) {

  /** Checks the kind. */
  public StateEntry {
    if (!kind.matches("[a-z][a-z0-9-]{0,31}")) {
      throw new IllegalArgumentException(
          "A kind of state has 1 to 32 lower-case letters, digits and hyphens");
    }
    if (content.has("kind")) {
      throw new IllegalArgumentException("The member \"kind\" is the file's own");
    }
    content = content.deepCopy();
  }

  /** What it says, as a copy. */
  @Override
  public ObjectNode content() {
    return content.deepCopy();
  }
}
