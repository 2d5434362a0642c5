package dozo.format.chunk;

import dozo.format.Limits;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a repository cuts. It is part of its configuration and never changes: other parameters find
 * other chunks, and deduplication against everything stored before would end.
 *
 * @param algorithm the way to cut
 * @param averageBytes the length that chunks are meant to have: a power of two from 4 KiB to 1 MiB
 * @param minimumBytes no cut comes sooner: a multiple of 1 KiB, from 1 KiB to the average; of 4 KiB
 *     when cutting between blocks
 * @param maximumBytes a cut comes here at the latest: a multiple of 4 KiB, from the average to 4
 *     MiB
 * @param normalization how far the odds of a cut are lowered before the average and raised after
 *     it: 0 (not at all) to 3, each level halving and doubling them once more
 * @param holeBytes a run of zero blocks of this length or more is a hole: a multiple of 4 KiB, from
 *     4 KiB to 16 MiB
 */
public record ChunkerParameters(
    Algorithm algorithm,
    int averageBytes,
    int minimumBytes,
    int maximumBytes,
    int normalization,
    int holeBytes) {

  /** The length of a block in bytes; holes, and the cuts of some chunkers, are multiples of it. */
  public static final int BLOCK_BYTES = 4096;

  private static final int DEFAULT_HOLE_BYTES = 64 << 10;

  /** Rejects what is out of the bounds that each component states. */
  public ChunkerParameters {
    check(
        Integer.bitCount(averageBytes) == 1 && averageBytes >= 4 << 10 && averageBytes <= 1 << 20,
        "average chunk length is a power of two from 4096 to 1048576",
        averageBytes);
    check(
        maximumBytes >= averageBytes
            && maximumBytes <= Limits.CHUNK_BYTES
            && maximumBytes % BLOCK_BYTES == 0,
        "maximum chunk length is a multiple of 4096 from the average to 4194304",
        maximumBytes);
    int unit = algorithm == Algorithm.FASTCDC2020 ? 1 << 10 : BLOCK_BYTES;
    check(
        minimumBytes >= unit && minimumBytes <= averageBytes && minimumBytes % unit == 0,
        "minimum chunk length is a multiple of " + unit + " up to the average",
        minimumBytes);
    check(
        normalization >= 0 && normalization <= 3,
        "normalization level is a number from 0 to 3",
        normalization);
    check(
        holeBytes >= BLOCK_BYTES && holeBytes <= 16 << 20 && holeBytes % BLOCK_BYTES == 0,
        "hole length is a multiple of 4096 from 4096 to 16777216",
        holeBytes);
    if (algorithm == Algorithm.FIXED) {
      check(
          minimumBytes == averageBytes && maximumBytes == averageBytes && normalization == 0,
          "minimum and maximum of fixed chunks equal the average, at level 0; the average is",
          averageBytes);
    }
  }

  /** What a repository uses unless told otherwise: FastCDC, 16 KiB on average, level 2. */
  public static ChunkerParameters standard() {
    return of(Algorithm.FASTCDC2020, 16 << 10);
  }

  /**
   * The usual parameters of an algorithm: a quarter of the average at least, four times the average
   * at most, and holes from 64 KiB on.
   */
  public static ChunkerParameters of(Algorithm algorithm, int averageBytes) {
    return switch (algorithm) {
      case FASTCDC2020 ->
          new ChunkerParameters(
              algorithm, averageBytes, averageBytes / 4, averageBytes * 4, 2, DEFAULT_HOLE_BYTES);
      case BLOCK_ALIGNED ->
          new ChunkerParameters(
              algorithm,
              averageBytes,
              Math.max(averageBytes / 4, BLOCK_BYTES),
              averageBytes * 4,
              0,
              DEFAULT_HOLE_BYTES);
      case FIXED ->
          new ChunkerParameters(
              algorithm, averageBytes, averageBytes, averageBytes, 0, DEFAULT_HOLE_BYTES);
    };
  }

  /**
   * Reads the text form: the algorithm, then any of {@code average}, {@code minimum}, {@code
   * maximum}, {@code level} and {@code hole}, each at most once, separated by commas. Lengths are
   * in bytes. What is not named is as {@link #of} has it; the average, 16 KiB, and 64 KiB of fixed
   * chunks.
   *
   * @throws IllegalArgumentException if the text is of another form or a value is out of bounds
   */
  public static ChunkerParameters parse(String text) {
    String[] parts = text.split(",", -1);
    Algorithm algorithm = Algorithm.parse(parts[0]);
    Map<String, Integer> values = new LinkedHashMap<>();
    for (String part : parts) {
      int equals = part.indexOf('=');
      if (equals >= 0
          && values.put(part.substring(0, equals), number(part.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("The chunker has two values: '" + part + "'");
      }
    }
    if (values.size() != parts.length - 1) {
      throw new IllegalArgumentException(
          "The chunker's values have the form name=number: '" + text + "'");
    }
    int average = take(values, "average", algorithm == Algorithm.FIXED ? 64 << 10 : 16 << 10);
    ChunkerParameters usual = of(algorithm, average);
    ChunkerParameters parsed =
        new ChunkerParameters(
            algorithm,
            average,
            take(values, "minimum", usual.minimumBytes),
            take(values, "maximum", usual.maximumBytes),
            take(values, "level", usual.normalization),
            take(values, "hole", usual.holeBytes));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("The chunker has no values " + values.keySet());
    }
    return parsed;
  }

  /** The rule that these parameters describe. */
  public Chunker chunker() {
    return switch (algorithm) {
      case FASTCDC2020 ->
          new FastCdcChunker(averageBytes, minimumBytes, maximumBytes, normalization);
      case BLOCK_ALIGNED ->
          new BlockChunker(averageBytes, minimumBytes, maximumBytes, normalization);
      case FIXED -> new FixedChunker(averageBytes);
    };
  }

  /** Returns the text form with every value named. */
  @Override
  public String toString() {
    return algorithm
        + (",average=" + averageBytes)
        + (",minimum=" + minimumBytes)
        + (",maximum=" + maximumBytes)
        + (",level=" + normalization)
        + (",hole=" + holeBytes);
  }

  private static int take(Map<String, Integer> values, String name, int otherwise) {
    Integer value = values.remove(name);
    return value == null ? otherwise : value;
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("The chunker's '" + digits + "' is not a number", e);
    }
  }

  private static void check(boolean holds, String rule, int actual) {
    if (!holds) {
      throw new IllegalArgumentException("The " + rule + ", not " + actual);
    }
  }
}
