package dozo.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Amounts as people read them. */
public final class Quantity {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Quantity() {}

  /** A number of bytes with three digits or so, such as {@code 1.23 GiB}. */
  public static String bytes(long bytes) {
    int unit = 0;
    double value = bytes;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    if (unit == 0) {
      return bytes + " B";
    }
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
  }

  /** A rate, such as {@code 345 MiB/s}. */
  public static String rate(double bytesPerSecond) {
    return bytes(Math.round(bytesPerSecond)) + "/s";
  }

  /** A ratio, such as {@code 4.2x}. */
  public static String ratio(double ratio) {
    return String.format(Locale.ROOT, ratio < 100 ? "%.1fx" : "%.0fx", ratio);
  }

  /** A time, such as {@code 0.4 s}, {@code 3 min 20 s} or {@code 2 h 5 min}. */
  public static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  /** A count with the noun in its number, such as {@code 1 disk} or {@code 3 disks}. */
  public static String count(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? noun : noun + "s");
  }
}
