package dozo.format.chunk;

/** The ways to cut, by the names that a repository's configuration gives them. */
public enum Algorithm {
  /** Content-defined cutting at any byte: {@link FastCdcChunker}. The default: it stores least. */
  FASTCDC2020("fastcdc2020"),

  /**
   * Content-defined cutting between blocks of 4 KiB: {@link BlockChunker}. It costs a fraction of
   * the CPU and stores somewhat more.
   */
  BLOCK_ALIGNED("blockaligned"),

  /**
   * Cutting at multiples of one length: {@link FixedChunker}. For streams of changed blocks that
   * never move.
   */
  FIXED("fixed");

  private final String text;

  Algorithm(String text) {
    this.text = text;
  }

  /**
   * Finds an algorithm by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Algorithm parse(String text) {
    for (Algorithm algorithm : values()) {
      if (algorithm.text.equals(text)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException(
        "The chunker is fastcdc2020, blockaligned or fixed, not '" + text + "'");
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return text;
  }
}
