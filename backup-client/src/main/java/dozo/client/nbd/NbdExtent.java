package dozo.client.nbd;

/**
 * A stretch of an export of which a metadata context says one thing.
 *
 * @param offset where it begins
 * @param lengthBytes how long it is, at least 1
 * @param flags what the context says of it
 */
public record NbdExtent(long offset, long lengthBytes, int flags) {

  /** In {@code base:allocation}: it is not allocated, which does not say how it reads. */
  public static final int HOLE = 1;

  /** In {@code base:allocation}: it reads as zeros. */
  public static final int ZERO = 2;

  /** In a {@code qemu:dirty-bitmap}: it may have been written to. */
  public static final int DIRTY = 1;

  /** The offset of the first byte behind it. */
  public long end() {
    return offset + lengthBytes;
  }

  /** Whether a flag is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
