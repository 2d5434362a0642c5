package dozo.bench.cut;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.manifest.RepositoryParameters;

/**
 * A way to cut.
 *
 * @param algorithm how chunks are cut
 * @param chunkBytes how long chunks are on average
 * @param segmentBytes how much is compressed together
 */
record Cut(Algorithm algorithm, int chunkBytes, int segmentBytes) {

  private static final int KIB = 1 << 10;
  private static final long PACK_BYTES = 64 << 20;

  /** Reads {@code CHUNK/SEGMENT} in KiB, after {@code ALGORITHM:} if it is not FastCDC. */
  static Cut parse(String text) {
    int colon = text.indexOf(':');
    Algorithm algorithm =
        colon < 0 ? Algorithm.FASTCDC2020 : Algorithm.parse(text.substring(0, colon));
    String[] sizes = text.substring(colon + 1).split("/", -1);
    if (sizes.length != 2) {
      throw new IllegalArgumentException("A cut is CHUNK/SEGMENT in KiB, not " + text);
    }
    return new Cut(algorithm, Integer.parseInt(sizes[0]) * KIB, Integer.parseInt(sizes[1]) * KIB);
  }

  RepositoryParameters parameters() {
    return new RepositoryParameters(
        ChunkerParameters.of(algorithm, chunkBytes), segmentBytes, PACK_BYTES);
  }

  @Override
  public String toString() {
    String sizes = chunkBytes / KIB + "/" + segmentBytes / KIB;
    return algorithm == Algorithm.FASTCDC2020 ? sizes : algorithm + " " + sizes;
  }
}
