package dozo.cli.job;

import java.time.Duration;

/**
 * How often a VM is tried that could not be backed up.
 *
 * @param count at least 1
 * @param pause between two
 */
public record Attempts(int count, Duration pause) {

  /** Most that a job may ask for. */
  static final int MAXIMUM = 10;
}
