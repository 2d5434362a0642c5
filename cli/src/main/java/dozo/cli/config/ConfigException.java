package dozo.cli.config;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used as it is. The message tells every mistake and where it is. */
public final class ConfigException extends IOException {

  private final transient List<Mistake> mistakes;

  ConfigException(String file, List<Mistake> mistakes) {
    super(
        mistakes.stream()
            .map(mistake -> (mistake.line() > 0 ? file + ", " : "") + mistake + ".")
            .collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All mistakes, by their lines; at least one. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
