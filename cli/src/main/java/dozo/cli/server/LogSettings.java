package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.cli.log.LogFormat;

/**
 * What is logged.
 *
 * @param format how a line looks
 * @param level how much is worth one
 */
public record LogSettings(LogFormat format, Level level) {

  /** How much is logged. */
  public enum Level {
    /** What happens. */
    INFO,
    /** What only a developer wants to know, besides. */
    DEBUG
  }

  /** Whether what only a developer wants to know is logged. */
  public boolean isDebug() {
    return level == Level.DEBUG;
  }

  static LogSettings read(Section section) {
    return new LogSettings(
        section.choice("format", LogFormat.class).orElse(LogFormat.HUMAN),
        section.choice("level", Level.class).orElse(Level.INFO));
  }
}
