package dozo.format.manifest;

import java.util.UUID;

/**
 * The name of a restore point: a UUIDv7 (RFC 9562) made by the server, so that the order of ids is
 * the order in which restore points were made.
 */
public record RestorePointId(UUID uuid) implements Comparable<RestorePointId> {

  /** Checks the version. */
  public RestorePointId {
    if (uuid.version() != 7 || uuid.variant() != 2) {
      throw new IllegalArgumentException(
          "A restore point's id is a UUID of version 7, not " + uuid);
    }
  }

  /**
   * Reads an id from its text.
   *
   * @param text the 36 characters of a UUID
   * @throws IllegalArgumentException if it is not a UUID of version 7
   */
  public static RestorePointId parse(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException(
          "A restore point's id has 36 characters, not " + text.length());
    }
    return new RestorePointId(UUID.fromString(text));
  }

  /** Orders ids by time, as their text is ordered. */
  @Override
  public int compareTo(RestorePointId other) {
    int order =
        Long.compareUnsigned(uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
    return order != 0
        ? order
        : Long.compareUnsigned(
            uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
