package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.server.approval.Protection;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what is destructive waits for. */
final class ProtectionSection {

  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(min|h|d)");

  private ProtectionSection() {}

  static Protection read(Section section) {
    Optional<Duration> delay =
        section
            .value(
                "delay", "off, or a time from 1min to 366d, such as 3d", ProtectionSection::delay)
            .orElse(Optional.empty());
    return new Protection(delay, section.flag("approval").orElse(false));
  }

  private static Optional<Duration> delay(String text) {
    if (text.equals(ServerFile.OFF)) {
      return Optional.empty();
    }
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("No time: " + text);
    }
    long number = Long.parseLong(matcher.group(1));
    Duration delay =
        switch (matcher.group(2)) {
          case "min" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return new Protection(Optional.of(delay), false).delay();
  }
}
