package dozo.cli;

import java.util.regex.Pattern;

/**
 * The recordings that JVMs start from (JEP 514): one of what the server does, and one of what all
 * other commands do. They are two because a JVM loads every class of its recording at its start,
 * whether or not it is going to use it.
 */
final class Recording {

  private static final String USED = "-XX:AOTCache=";
  private static final String MADE = "-XX:AOTCacheOutput=";

  /** The end of a recording's name; while it is being made, {@code .new} comes behind. */
  private static final Pattern NAME = Pattern.compile("(?:-server)?(\\.aot(?:\\.new)?)$");

  private Recording() {}

  /** Whether an option of a JVM tells it to make a recording. */
  static boolean isMade(String option) {
    return option.startsWith(MADE);
  }

  /**
   * The option of a JVM for another command's process: where it names a recording, that command's.
   *
   * @param option any option of this process's JVM
   * @param word the other command
   */
  static String ofCommand(String option, String word) {
    return option.startsWith(USED) || isMade(option)
        ? NAME.matcher(option).replaceFirst(word.equals("server") ? "-server$1" : "$1")
        : option;
  }
}
