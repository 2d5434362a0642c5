package dozo.cli.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as people write them. Each reader throws IllegalArgumentException for anything else. */
final class Amounts {

  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");

  private static final Map<String, Duration> TIMES =
      Map.of(
          "s", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30, "T", 1L << 40);

  private Amounts() {}

  static Duration time(String text) {
    Matcher amount = match(text);
    return unit(TIMES, amount.group(2)).multipliedBy(Long.parseLong(amount.group(1)));
  }

  static long size(String text) {
    Matcher amount = match(text);
    return Math.multiplyExact(unit(SIZES, amount.group(2)), Long.parseLong(amount.group(1)));
  }

  private static Matcher match(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      throw new IllegalArgumentException("No amount: " + text);
    }
    return amount;
  }

  private static <T> T unit(Map<String, T> units, String name) {
    T unit = units.get(name);
    if (unit == null) {
      throw new IllegalArgumentException("No unit: " + name);
    }
    return unit;
  }
}
