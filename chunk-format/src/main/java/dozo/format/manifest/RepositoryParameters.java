package dozo.format.manifest;

import dozo.format.Limits;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.parity.ParityLayout;

/**
 * What is settled for good when a repository is made.
 *
 * @param chunker how it cuts
 * @param segmentBytes the size of chunks at which a segment ends, 1 to 2,097,152; 1 makes a segment
 *     of each chunk
 * @param packBytes the size at which a pack ends, 64 KiB to 512 MiB
 * @param parityPercent how much parity a pack has, 1 to 25, or 0 for none
 */
public record RepositoryParameters(
    ChunkerParameters chunker, int segmentBytes, long packBytes, int parityPercent) {

  private static final long MINIMUM_PACK_BYTES = 64 << 10;
  private static final long MAXIMUM_PACK_BYTES = 512 << 20;

  /** Checks the bounds. */
  public RepositoryParameters {
    if (segmentBytes < 1 || segmentBytes > Limits.SEGMENT_TARGET_BYTES) {
      throw new IllegalArgumentException(
          "A segment ends at 1 to " + Limits.SEGMENT_TARGET_BYTES + " bytes, not " + segmentBytes);
    }
    if (packBytes < MINIMUM_PACK_BYTES || packBytes > MAXIMUM_PACK_BYTES) {
      throw new IllegalArgumentException(
          "A pack ends at 65536 to 536870912 bytes, not " + packBytes);
    }
    if (parityPercent < 0 || parityPercent > ParityLayout.MAXIMUM_PERCENT) {
      throw new IllegalArgumentException(
          "Parity is 0 to " + ParityLayout.MAXIMUM_PERCENT + " percent, not " + parityPercent);
    }
  }

  /** Parameters without parity. */
  public RepositoryParameters(ChunkerParameters chunker, int segmentBytes, long packBytes) {
    this(chunker, segmentBytes, packBytes, 0);
  }

  /** What a repository has unless told otherwise: segments of 64 KiB in packs of 64 MiB. */
  public static RepositoryParameters standard() {
    return new RepositoryParameters(ChunkerParameters.standard(), 64 << 10, 64 << 20);
  }
}
