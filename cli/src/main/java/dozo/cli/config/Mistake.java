package dozo.cli.config;

/**
 * Something in a configuration that cannot be used.
 *
 * @param origin where it is
 * @param key what it is about, such as {@code vms[1].disks}; empty for the file itself
 * @param message what is wrong with it and what is allowed
 */
public record Mistake(Origin origin, String key, String message) {

  /** The line in the file, from 1; 0 if it is not there. */
  public int line() {
    return origin.line();
  }

  @Override
  public String toString() {
    return origin + ": " + (key.isEmpty() ? "" : key + " ") + message;
  }
}
