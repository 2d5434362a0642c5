package dozo.bench.compare;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Where figures come from.
 *
 * @param day when they were measured
 * @param commit what was measured
 * @param machine what it was measured on
 * @param command what was run, without what is particular to this machine
 */
record Origin(String day, String commit, String machine, String command) {

  /** The origin of what is measured here and now. */
  static Origin of(String command) throws IOException {
    return new Origin(
        LocalDate.now(ZoneOffset.UTC).toString(),
        Programs.firstLine("git", "rev-parse", "--short", "HEAD"),
        Machine.describe(),
        command);
  }
}
