package dozo.format.chunk;

/**
 * A rule that says where a chunk ends. It has no state and may be used by several threads.
 *
 * <p>An <i>extent</i> is what lies between two holes, or between a hole and an end of the disk.
 * Each extent is cut by itself, from its first byte on.
 */
public sealed interface Chunker permits FastCdcChunker, BlockChunker, FixedChunker {

  /**
   * Finds the end of the chunk that begins at {@code window[from]}.
   *
   * <p>The bytes {@code [from, to)} must be all that is left of the extent, or at least {@link
   * #maximumBytes()} of it: then the answer does not depend on what follows. With fewer, only an
   * answer that lies before {@code to} does not.
   *
   * @param offset the disk offset of {@code window[from]}, which begins an extent or follows a cut
   * @return the length of the chunk: from 1 to {@link #maximumBytes()}, and not beyond {@code to}
   */
  int cut(long offset, byte[] window, int from, int to);

  /** The length of the longest chunk in bytes. */
  int maximumBytes();
}
