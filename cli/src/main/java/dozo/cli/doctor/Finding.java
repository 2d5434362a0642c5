package dozo.cli.doctor;

import java.util.Locale;

/**
 * What a check has found.
 *
 * @param name what was looked at, in one or two words
 * @param found what is there, as a sentence without its full stop
 * @param cure what to do, as an instruction without its full stop; empty if nothing is to do
 */
public record Finding(String name, State state, String found, String cure) {

  /** How it stands. */
  public enum State {
    /** As it should be. */
    OK,
    /** Something does not work, or will not work well, that not everybody needs. */
    WARNING,
    /** Dozo does not work here. */
    PROBLEM;

    /** Its word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String name, String found) {
    return new Finding(name, State.OK, found, "");
  }

  static Finding warning(String name, String found, String cure) {
    return new Finding(name, State.WARNING, found, cure);
  }

  static Finding problem(String name, String found, String cure) {
    return new Finding(name, State.PROBLEM, found, cure);
  }
}
