package dozo.cli;

import dozo.cli.config.Given;
import dozo.cli.log.LogFormat;
import dozo.cli.secret.SecretReader;
import dozo.cli.server.LogSettings;
import dozo.cli.server.ServerFile;
import dozo.cli.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * How a server is told what to do: its configuration file, and options that stand above it. What is
 * not given here counts as the file says.
 */
final class ServerArguments {

  private static final String VARIABLE = "DOZO_CONFIG";
  private static final String NONE = "none";

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  @ArgGroup(validate = false, heading = "%nMounts that its admin API begins:%n", order = 11)
  private Mounting mounting = new Mounting();

  @ArgGroup(validate = false, heading = "%nWhat admins may not do at once:%n", order = 12)
  private Protecting protecting = new Protecting();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration file, or 'none'. Default: /etc/dozo/server.yaml if it is there."
              + " [DOZO_CONFIG]")
  private @Nullable String config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the server keeps everything: its certificate in DIR/server, and the repository in"
              + " DIR/repository unless --repository says otherwise. Default: /var/lib/dozo.")
  private @Nullable Path data;

  @Option(
      names = "--init",
      description = "Create the repository if there is none, with the usual parameters.")
  private boolean init;

  @Option(
      names = "--new-key-file",
      paramLabel = "FILE",
      description =
          "With --init: make a key file there, unless it is there already, that opens the"
              + " repository.")
  private @Nullable Path newKeyFile;

  @Option(
      names = "--listen",
      paramLabel = "[HOST:]PORT",
      description = "Where clients find it; port 0 takes a free one. Default: 8470.")
  private @Nullable String listen;

  @Option(
      names = "--admin",
      paramLabel = "[HOST:]PORT",
      description = "Where the admin API is, or 'off'. Default: 8471.")
  private @Nullable String admin;

  @Option(
      names = "--unix-socket",
      paramLabel = "FILE",
      description =
          "Where root and this user find it on this host, without a token, or 'off'."
              + " Default: DIR/server/dozo.sock.")
  private @Nullable String unixSocket;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "What the engine may hold in memory besides its filter. Default: 256.")
  private @Nullable Long memoryMib;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description = "How long sessions may go on after SIGTERM. Default: 30.")
  private @Nullable Long drainSeconds;

  @Option(
      names = "--upkeep",
      paramLabel = "FILE",
      description =
          "What to prune, sweep and verify by itself, and when (JSON, see docs/operations.md);"
              + " checked at the start. Default: DIR/server/upkeep.json if it is there.")
  private @Nullable Path upkeep;

  @Option(
      names = "--log",
      paramLabel = "FORMAT",
      description = "How the log looks: human, logfmt or json. Default: human.")
  private @Nullable LogFormat logFormat;

  /** What destructive requests wait for. */
  static final class Protecting {

    @Option(
        names = "--protect-delay",
        paramLabel = "TIME",
        description =
            "What an admin asks for that forgets, ends a hold or shortens retention is done after"
                + " the server has run for so long, such as 3d, unless somebody rejects it.")
    private @Nullable String delay;

    @Option(
        names = "--protect-approval",
        description = "It is done when a second admin approves; with a delay, when either comes.")
    private boolean approval;

    private void giveTo(Overrides all) {
      all.option("--protect-delay", "protection.delay", delay);
      all.option("--protect-approval", "protection.approval", approval ? true : null);
    }
  }

  /** Where and how it mounts. */
  static final class Mounting {

    @Option(
        names = "--mounts",
        paramLabel = "DIR",
        description = "The only directory that it mounts in, or 'off'. Default: DIR/mounts.")
    private @Nullable String directory;

    @Option(
        names = "--overlays",
        paramLabel = "DIR",
        description =
            "Where what is written to its mounts is kept. Default: DIR/overlays. [DOZO_OVERLAYS]")
    private @Nullable Path overlays;

    @Option(
        names = "--exports",
        paramLabel = "DIR",
        description =
            "Where disks that were written to are copied to when the API is asked to export them."
                + " Default: DIR/exports.")
    private @Nullable Path exports;

    @Option(
        names = "--max-mounts",
        paramLabel = "N",
        description =
            "How many mounts it may have at a time; each takes up to 512 MiB. Default: 16.")
    private @Nullable Integer maximum;

    @Option(
        names = "--mounts-allow-other",
        description =
            "Let other users of this host into its mounts; needs user_allow_other in /etc/fuse.conf"
                + " unless it runs as root.")
    private boolean allowOther;

    private void giveTo(Overrides all, SecretReader secrets) {
      all.variable(
          OverlayOptions.VARIABLE,
          "mounts.overlays",
          secrets.variable(OverlayOptions.VARIABLE).map(Path::of));
      all.variable(
          BootTraceOptions.VARIABLE,
          "mounts.boot-traces",
          secrets.variable(BootTraceOptions.VARIABLE).map(Path::of));
      all.option("--mounts", "mounts.directory", Overrides.pathOrOff(directory));
      all.option("--overlays", "mounts.overlays", overlays);
      all.option("--exports", "mounts.exports", exports);
      all.option("--max-mounts", "mounts.maximum", maximum);
      all.option("--mounts-allow-other", "mounts.allow-other", allowOther ? true : null);
    }
  }

  /**
   * Reads all that the server is told.
   *
   * @param isDebug whether to log what only a developer wants to know, whatever the file says
   * @throws dozo.cli.config.ConfigException with all mistakes, in the file and here
   */
  ServerSettings read(SecretReader secrets, boolean isDebug) throws IOException {
    return ServerFile.read(file(secrets), given(secrets, isDebug));
  }

  private Optional<Path> file(SecretReader secrets) {
    Optional<String> named = Optional.ofNullable(config).or(() -> secrets.variable(VARIABLE));
    if (named.isEmpty()) {
      return Optional.of(ServerFile.USUAL).filter(Files::exists);
    }
    return named.filter(name -> !name.equals(NONE)).map(Path::of);
  }

  private Map<String, Given> given(SecretReader secrets, boolean isDebug) {
    Overrides all = new Overrides();
    directory.giveTo(all, secrets);
    mounting.giveTo(all, secrets);
    protecting.giveTo(all);
    all.option("--data", "data", data);
    all.option("--init", "init", init ? true : null);
    all.option("--new-key-file", "unlock.new-key-file", newKeyFile);
    all.option("--listen", "listen.protocol", listen);
    all.option("--admin", "listen.admin", admin);
    all.option("--unix-socket", "listen.unix-socket", Overrides.pathOrOff(unixSocket));
    all.option("--memory", "engine.memory", memoryMib == null ? null : memoryMib + "M");
    all.option("--drain", "drain", drainSeconds == null ? null : drainSeconds + "s");
    all.option("--upkeep", "upkeep.file", upkeep);
    all.option("--log", "log.format", logFormat == null ? null : word(logFormat));
    all.option("--debug", "log.level", isDebug ? word(LogSettings.Level.DEBUG) : null);
    return all.given();
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
