package dozo.server.channel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a channel can be told of, as operators choose it. */
public enum Topic {
  WARNINGS,
  JOBS,
  BACKUPS,
  SUMMARY;

  /** Its word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The topic of that word, if there is one. */
  public static Optional<Topic> parse(String word) {
    return Arrays.stream(values()).filter(topic -> topic.word().equals(word)).findFirst();
  }

  /** Whether events of a kind belong to it. */
  public boolean has(EventKind kind) {
    return switch (kind) {
      case WARNING, REMINDER, ENDED -> this == WARNINGS;
      case JOB_FAILED -> this == JOBS;
      case BACKUP_FAILED -> this == BACKUPS;
      case SUMMARY -> this == SUMMARY;
      case TEST -> false;
    };
  }
}
