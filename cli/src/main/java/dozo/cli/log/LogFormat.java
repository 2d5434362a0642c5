package dozo.cli.log;

/** How a line of the log looks. */
public enum LogFormat {
  /** For a person: time, level, message. */
  HUMAN,
  /** Key=value pairs, as logfmt has them. */
  LOGFMT,
  /** One JSON object. */
  JSON
}
