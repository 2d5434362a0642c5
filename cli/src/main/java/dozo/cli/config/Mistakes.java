package dozo.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes that were found in a file so far. */
final class Mistakes {

  /** More would not be read by anybody. */
  private static final int MAXIMUM = 100;

  private final Path file;
  private final List<Mistake> found = new ArrayList<>();

  Mistakes(Path file) {
    this.file = file;
  }

  void add(int line, String key, String message) {
    Mistake mistake = new Mistake(line, key, message);
    if (found.size() < MAXIMUM && !found.contains(mistake)) {
      found.add(mistake);
    }
  }

  void throwIfAny() throws ConfigException {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparingInt(Mistake::line));
      throw new ConfigException(file, found);
    }
  }
}
