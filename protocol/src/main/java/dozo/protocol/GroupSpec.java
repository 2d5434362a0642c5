package dozo.protocol;

import java.util.UUID;

/**
 * A consistency group: sessions that become restore points together or not at all.
 *
 * @param id the client's name for it, new for each attempt
 * @param members how many sessions it has, 2 to 256
 */
public record GroupSpec(UUID id, int members) {

  /** Checks the bounds. */
  public GroupSpec {
    if (members < 2 || members > 256) {
      throw new IllegalArgumentException("A group has 2 to 256 members, not " + members);
    }
  }
}
