package dozo.cli.server;

import dozo.cli.config.ConfigFile;
import dozo.cli.config.Given;
import dozo.cli.config.Section;
import dozo.repository.RepositoryLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads the configuration of a server: {@code docs/configuration.md} has the keys. */
public final class ServerFile {

  /** Where it is unless it is said otherwise. */
  public static final Path USUAL = Path.of("/etc/dozo/server.yaml");

  /** What stands for a place or a number that follows from others. */
  static final String AUTO = "auto";

  /** What stands for something that is not to be there. */
  public static final String OFF = "off";

  private static final String DEFAULTS = "server.yaml";
  private static final Duration LONGEST_DRAIN = Duration.ofHours(1);

  private ServerFile() {}

  /**
   * Reads a configuration.
   *
   * @param path the file, if there is one
   * @param given what options and the environment say, by the keys that say the same
   * @throws dozo.cli.config.ConfigException with all mistakes, if there are any
   */
  public static ServerSettings read(Optional<Path> path, Map<String, Given> given)
      throws IOException {
    ConfigFile file = ConfigFile.read(path, example(), given);
    Section root = file.root();
    Path directory = path.map(ServerFile::directoryOf).orElse(Path.of(""));
    DataDirectory data =
        new DataDirectory(root.path("data").map(directory::resolve).orElse(directory));
    Path repository = place(root, "repository", directory, data.repository());
    Section protection = root.below("protection");
    ServerSettings settings =
        new ServerSettings(
            path,
            data,
            repository,
            root.flag("init").orElse(false),
            UnlockSettings.read(root.below("unlock"), directory),
            ListenSettings.read(root.below("listen"), directory, data),
            TlsSection.read(root.below("tls"), directory),
            EngineSettings.read(root.below("engine")),
            MountSettings.read(root.below("mounts"), directory, data),
            LimitSettings.read(root.below("limits")),
            drain(root),
            UpkeepSection.read(root.below("upkeep"), directory, data),
            ProtectionSection.read(protection),
            ProtectionSection.clockJump(protection),
            NotificationsSection.read(root.below("notifications"), directory),
            place(root, "audit", directory, new RepositoryLayout(repository).audit()),
            LogSettings.read(root.below("log")),
            file.answers());
    file.check();
    return settings;
  }

  private static Path directoryOf(Path file) {
    return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
  }

  private static Duration drain(Section root) {
    Duration drain = root.time("drain").orElse(LONGEST_DRAIN);
    if (drain.compareTo(LONGEST_DRAIN) > 0) {
      root.wrong("drain", "is to be no longer than 1h");
    }
    return drain;
  }

  /** A directory or file that has a usual place. */
  static Path place(Section section, String key, Path directory, Path usual) {
    Optional<Path> named = section.path(key);
    if (named.isPresent() && !named.get().equals(Path.of(AUTO))) {
      return directory.resolve(named.get());
    }
    section.means(key, usual.toString());
    return usual;
  }

  /** The defaults, with all that may stand in the file and what it means. */
  public static String example() throws IOException {
    try (InputStream in = Objects.requireNonNull(ServerFile.class.getResourceAsStream(DEFAULTS))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
