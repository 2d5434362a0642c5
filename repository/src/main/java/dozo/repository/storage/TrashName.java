package dozo.repository.storage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * What a file in the trash is called: when it was retired, to the second in UTC, then its own name
 * ({@code docs/format.md} §2). The time stands in the name because a file's own times change when a
 * repository is copied.
 *
 * @param retired when, in whole seconds of the years 1 to 9999
 * @param id the pack or restore point
 * @param suffix what the file's own name ends with, such as {@code .pack}
 */
public record TrashName(Instant retired, UUID id, String suffix) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final int TIME_LENGTH = 16;
  private static final int ID_LENGTH = 36;

  /** Brings the time into what a name can tell. */
  public TrashName {
    retired = retired.truncatedTo(ChronoUnit.SECONDS);
    retired = retired.isBefore(FIRST) ? FIRST : retired.isAfter(LAST) ? LAST : retired;
  }

  /** Reads a name; empty if it is none of this suffix. */
  public static Optional<TrashName> parse(String name, String suffix) {
    if (name.length() != TIME_LENGTH + 1 + ID_LENGTH + suffix.length() || !name.endsWith(suffix)) {
      return Optional.empty();
    }
    try {
      Instant retired =
          LocalDateTime.parse(name.substring(0, TIME_LENGTH), TIME).toInstant(ZoneOffset.UTC);
      UUID id = UUID.fromString(name.substring(TIME_LENGTH + 1, TIME_LENGTH + 1 + ID_LENGTH));
      TrashName parsed = new TrashName(retired, id, suffix);
      return parsed.toString().equals(name) ? Optional.of(parsed) : Optional.empty();
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return TIME.format(retired) + "-" + id + suffix;
  }
}
