package dozo.repository.sweep;

import java.util.Locale;

/**
 * How much of the packs may be waste before some of them are rewritten. Packs that hold nothing but
 * waste go in any case.
 */
public sealed interface WasteBudget {

  /** The budget that is used unless another is given. */
  WasteBudget STANDARD = new Percent(5);

  /** How many bytes may be waste beside so many that are not. */
  long bytes(long usedBytes);

  /**
   * A share of the packs' whole length.
   *
   * @param percent 0 to below 100
   */
  record Percent(double percent) implements WasteBudget {

    /** Checks the bounds. */
    public Percent {
      if (!(percent >= 0 && percent < 100)) {
        throw new IllegalArgumentException("Waste is 0 to below 100 percent, not " + percent);
      }
    }

    @Override
    public long bytes(long usedBytes) {
      return (long) (usedBytes * (percent / (100 - percent)));
    }
  }

  /**
   * A number of bytes.
   *
   * @param bytes no less than 0
   */
  record Bytes(long bytes) implements WasteBudget {

    /** Checks the bounds. */
    public Bytes {
      if (bytes < 0) {
        throw new IllegalArgumentException("Waste is no less than 0 bytes, not " + bytes);
      }
    }

    @Override
    public long bytes(long usedBytes) {
      return bytes;
    }
  }

  /** No bound: nothing is rewritten for its waste. */
  record Unlimited() implements WasteBudget {

    @Override
    public long bytes(long usedBytes) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Reads a budget: {@code 5%}, a number of bytes with or without one of the units {@code K M G T},
   * which count by 1,024, or {@code unlimited}.
   */
  static WasteBudget parse(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    try {
      if (word.equals("unlimited")) {
        return new Unlimited();
      }
      if (word.endsWith("%")) {
        return new Percent(Double.parseDouble(word.substring(0, word.length() - 1)));
      }
      int unit = word.isEmpty() ? -1 : "kmgt".indexOf(word.charAt(word.length() - 1));
      String number = unit < 0 ? word : word.substring(0, word.length() - 1);
      return new Bytes(Math.multiplyExact(Long.parseLong(number), 1L << (10 * (unit + 1))));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "A waste budget is a share like 5%, a size like 10G, or unlimited, not \"" + text + "\"",
          e);
    }
  }
}
