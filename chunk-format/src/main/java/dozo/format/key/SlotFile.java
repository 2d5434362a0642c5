package dozo.format.key;

import java.util.UUID;

/**
 * A key slot's file to publish: {@code keys/<id>.key}, replaced whole if it is there.
 *
 * <p>Immutable; the contents are given out as copies.
 */
public final class SlotFile {

  private final UUID id;
  private final byte[] contents;

  SlotFile(UUID id, byte[] contents) {
    this.id = id;
    this.contents = contents;
  }

  /** The slot. */
  public UUID id() {
    return id;
  }

  /** All bytes of the file. */
  public byte[] contents() {
    return contents.clone();
  }
}
