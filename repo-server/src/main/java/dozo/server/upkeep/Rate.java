package dozo.server.upkeep;

import dozo.repository.sweep.WasteBudget;

/** How fast something may be read or written, as people write it. */
public final class Rate {

  private Rate() {}

  /**
   * Reads a rate.
   *
   * @param text bytes a second, such as {@code 50M}
   * @throws IllegalArgumentException if it is no size above zero
   */
  public static long parse(String text) {
    if (WasteBudget.parse(text) instanceof WasteBudget.Bytes(long bytes) && bytes > 0) {
      return bytes;
    }
    throw new IllegalArgumentException("A rate is a size like 50M, not \"" + text + "\"");
  }
}
