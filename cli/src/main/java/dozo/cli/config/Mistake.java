package dozo.cli.config;

/**
 * Something in a configuration file that cannot be used.
 *
 * @param line where it is, from 1
 * @param key what it is about, such as {@code vms[1].disks}; empty for the file itself
 * @param message what is wrong with it and what is allowed
 */
public record Mistake(int line, String key, String message) {

  @Override
  public String toString() {
    return "line " + line + ": " + (key.isEmpty() ? "" : key + " ") + message;
  }
}
