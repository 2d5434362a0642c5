package dozo.cli;

import dozo.cli.config.Given;
import dozo.cli.config.Origin;
import dozo.cli.server.ServerFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the environment and options say, as keys of a server's configuration: the former
 * first, so that the latter replace it.
 */
final class Overrides {

  private final Map<String, Given> given = new LinkedHashMap<>();

  /**
   * Notes what an option says.
   *
   * @param value null if it was not given; a path is one of the current directory
   */
  void option(String name, String key, @Nullable Object value) {
    put(key, value, new Origin.Option(name));
  }

  /** Notes what a variable says. */
  void variable(String name, String key, Optional<?> value) {
    value.ifPresent(is -> put(key, is, new Origin.Variable(name)));
  }

  private void put(String key, @Nullable Object value, Origin origin) {
    if (value != null) {
      String text = String.valueOf(value instanceof Path path ? path.toAbsolutePath() : value);
      given.put(key, new Given(text, origin));
    }
  }

  /** A path, or the word that says that there is none. */
  static @Nullable Object pathOrOff(@Nullable String text) {
    return text == null || text.equals(ServerFile.OFF) ? text : Path.of(text);
  }

  Map<String, Given> given() {
    return Map.copyOf(given);
  }
}
