package dozo.cli.config;

/** Where a value comes from, the weakest first. */
public sealed interface Origin {

  /** Nobody said anything else. */
  record Usual() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * A line of the file.
   *
   * @param number from 1
   */
  record Line(int number) implements Origin {
    @Override
    public String toString() {
      return "line " + number;
    }
  }

  /** An environment variable of that name. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An option of the command line of that name. */
  record Option(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Says more than an origin with a lower one. */
  default int rank() {
    return switch (this) {
      case Usual _ -> 0;
      case Line _ -> 1;
      case Variable _ -> 2;
      case Option _ -> 3;
    };
  }

  /** The line in the file; 0 if it is not from there. */
  default int line() {
    return this instanceof Line(int number) ? number : 0;
  }
}
