package dozo.vhdx.read;

/**
 * Where one file says that a run of the virtual disk comes from.
 *
 * @param offset where the run begins on the disk
 * @param length its bytes, at least 1; the next run may have the same origin
 * @param origin who holds it
 * @param fileOffset where it begins in the file, if the file holds it, else 0
 */
public record Span(long offset, long length, Origin origin, long fileOffset) {

  /** Who holds a run. */
  public enum Origin {
    /** The file itself. */
    FILE,
    /** The file's parent. */
    PARENT,
    /** Nobody: it is zeros, whatever the parent has. */
    ZERO
  }

  /** The offset just behind the run. */
  public long end() {
    return offset + length;
  }
}
