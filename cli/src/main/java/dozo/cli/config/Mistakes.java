package dozo.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes that were found so far. */
final class Mistakes {

  /** More would not be read by anybody. */
  private static final int MAXIMUM = 100;

  private final String file;
  private final List<Mistake> found = new ArrayList<>();

  /** Begins without any, in the file of that name. */
  Mistakes(String file) {
    this.file = file;
  }

  void add(Origin origin, String key, String message) {
    Mistake mistake = new Mistake(origin, key, message);
    if (found.size() < MAXIMUM && !found.contains(mistake)) {
      found.add(mistake);
    }
  }

  void throwIfAny() throws ConfigException {
    if (!found.isEmpty()) {
      found.sort(
          Comparator.comparingInt((Mistake mistake) -> mistake.origin().rank())
              .thenComparingInt(Mistake::line));
      throw new ConfigException(file, found);
    }
  }
}
