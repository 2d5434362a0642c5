package dozo.cli;

import java.util.Map;

/** A command that is only the first word of others. */
interface CommandGroup {

  /** The others, by their second words, in the order in which help lists them. */
  Map<String, Object> parts();
}
