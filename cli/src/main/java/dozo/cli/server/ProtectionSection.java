package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.server.approval.Protection;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what that waits for which is destructive, and when the clock is not believed. */
final class ProtectionSection {

  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(min|h|d)");

  private static final Duration SHORTEST_JUMP = Duration.ofHours(1);
  private static final Duration LONGEST_JUMP = Duration.ofDays(366);

  private ProtectionSection() {}

  static Protection read(Section section) {
    Optional<Duration> delay =
        section
            .value(
                "delay", "off, or a time from 1min to 366d, such as 3d", ProtectionSection::delay)
            .orElse(Optional.empty());
    return new Protection(delay, section.flag("approval").orElse(false));
  }

  static Duration clockJump(Section section) {
    Duration jump = section.time("clock-jump").orElse(SHORTEST_JUMP);
    if (jump.compareTo(SHORTEST_JUMP) < 0 || jump.compareTo(LONGEST_JUMP) > 0) {
      section.wrong("clock-jump", "is to be 1h to 366d");
    }
    return jump;
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
