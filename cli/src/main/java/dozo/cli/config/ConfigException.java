package dozo.cli.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration file cannot be used as it is. The message tells every mistake on its line. */
public final class ConfigException extends IOException {

  private final transient List<Mistake> mistakes;

  ConfigException(Path file, List<Mistake> mistakes) {
    super(
        mistakes.stream()
            .map(mistake -> file + ", " + mistake + ".")
            .collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All mistakes, by their lines; at least one. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
