package dozo.cli.server;

import dozo.cli.config.Section;

/** Numbers that follow from the machine unless they are given. */
final class Counts {

  private Counts() {}

  /** Reads {@code auto} or a number from 1 on. */
  static int autoOr(Section section, String key, int highest, int usual) {
    int count =
        section
            .value(
                key,
                "auto or a number from 1 to " + highest,
                text -> {
                  if (text.equals(ServerFile.AUTO)) {
                    return usual;
                  }
                  int number = Integer.parseInt(text);
                  if (number < 1 || number > highest) {
                    throw new IllegalArgumentException("No count: " + text);
                  }
                  return number;
                })
            .orElse(usual);
    section.means(key, Integer.toString(count));
    return count;
  }
}
