package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.log.LogFormat;
import dozo.cli.log.LogSetup;
import dozo.cli.service.Supervisor;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.protocol.ServerAddress;
import dozo.repository.Repository;
import dozo.repository.RepositoryLayout;
import dozo.repository.RepositoryOptions;
import dozo.server.DozoServer;
import dozo.server.ServerConfiguration;
import dozo.server.mounts.HostMounts;
import dozo.server.upkeep.UpkeepPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo server}. */
@Command(
    name = "server",
    description = {
      "Serve a repository until told to end.",
      "",
      "On its first start it makes its certificate and prints the fingerprint that clients pin. On"
          + " SIGTERM it takes no new sessions, lets those that are under way end for a while, and"
          + " leaves with 0."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo server --data /srv/dozo --init",
      "  dozo server --data /srv/dozo --passphrase-file /etc/dozo/passphrase --log json",
      "  dozo server --data /srv/dozo --listen 10.0.0.5:8470 --admin off"
    })
final class ServerCommand extends DozoCommand {

  private static final String OFF = "off";

  /** A server that takes longer for nothing at all is not well. */
  private static final Duration WELL_WITHIN = Duration.ofSeconds(10);

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  @ArgGroup(validate = false, heading = "%nMounts that its admin API begins:%n", order = 11)
  private ServerMountOptions mounting = new ServerMountOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description =
          "Where the server keeps everything: its certificate in DIR/server, and the repository in"
              + " DIR/repository unless --repository says otherwise.")
  private Path data = Path.of("");

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
      defaultValue = "8470",
      description = "Where clients find it; port 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private String listen = "";

  @Option(
      names = "--admin",
      paramLabel = "[HOST:]PORT",
      defaultValue = "8471",
      description = "Where the admin API is, or 'off'. Default: ${DEFAULT-VALUE}.")
  private String admin = "";

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
      defaultValue = "256",
      description =
          "What the engine may hold in memory besides its filter. Default: ${DEFAULT-VALUE}.")
  private long memoryMib;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long sessions may go on after SIGTERM. Default: ${DEFAULT-VALUE}.")
  private long drainSeconds;

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
      defaultValue = "human",
      description = "How the log looks: human, logfmt or json. Default: ${DEFAULT-VALUE}.")
  private LogFormat logFormat = LogFormat.HUMAN;

  ServerCommand(Context context) {
    super(context);
  }

  @Override
  void setUpLog() {
    LogSetup.choose(true, isDebug(), logFormat);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    DataDirectory own = new DataDirectory(data);
    Path path = directory.directory(secrets()).orElse(own.repository());
    RepositoryOptions options =
        RepositoryOptions.standard().withMemoryBytes(Math.multiplyExact(memoryMib, 1L << 20));
    ServerConfiguration configuration = configuration(own, path);
    CountDownLatch told = new CountDownLatch(1);
    try (Interruption _ = Interruption.ends(told::countDown);
        Supervisor supervisor = supervisor("Opening the repository in " + path);
        Repository repository = open(path, options)) {
      Optional<ServerMountPlan> plan =
          mounting.plan(
              own, path, repository.identity().id(), configuration.unixSocket(), secrets());
      try (HostMounts mounts = mounts(plan);
          DozoServer server =
              DozoServer.start(
                  configuration, repository, mounts, Clock.systemUTC(), options.random())) {
        announce(server, repository, configuration, output);
        supervisor.ready(
            "Listening on port " + server.address().getPort(), () -> server.isWell(WELL_WITHIN));
        told.await();
        supervisor.stopping("Draining for up to " + drainSeconds + " s");
      }
    }
    return ExitCode.OK;
  }

  private Supervisor supervisor(String status) {
    Supervisor supervisor = Supervisor.of(context().environment(), ProcessHandle.current().pid());
    supervisor.status(status);
    return supervisor;
  }

  private HostMounts mounts(Optional<ServerMountPlan> plan) throws IOException {
    return plan.isPresent()
        ? ServerMounts.open(plan.get(), MountRegistry.open(secrets()))
        : HostMounts.NONE;
  }

  private Repository open(Path path, RepositoryOptions options) throws IOException {
    boolean isNew = init && !Files.exists(path.resolve("repository.dozo"));
    try (SlotSecret secret = secret(isNew)) {
      if (isNew) {
        Repository.create(
            path, RepositoryParameters.standard(), secret, Argon2Cost.DEFAULT, "first", options);
      }
      return Repository.open(path, secret, options);
    }
  }

  private SlotSecret secret(boolean isNew) throws IOException {
    if (newKeyFile == null) {
      return directory.secret(secrets(), isNew);
    }
    return isNew && !Files.exists(newKeyFile)
        ? KeyFiles.create(newKeyFile)
        : KeyFiles.read(newKeyFile);
  }

  private UpkeepPlan plan(DataDirectory own) throws IOException {
    if (upkeep != null) {
      return UpkeepPlan.read(upkeep);
    }
    Path usual = own.server().resolve("upkeep.json");
    return Files.exists(usual) ? UpkeepPlan.read(usual) : UpkeepPlan.NONE;
  }

  private ServerConfiguration configuration(DataDirectory own, Path path) throws IOException {
    ServerConfiguration configuration =
        ServerConfiguration.standard(own.server())
            .withListen(address(listen))
            .withAdmin(admin.equals(OFF) ? Optional.empty() : Optional.of(address(admin)))
            .withAudit(new RepositoryLayout(path).audit())
            .withUpkeep(plan(own))
            .withDrainPatience(Duration.ofSeconds(drainSeconds));
    if (unixSocket == null) {
      return own.canHaveSocket() ? configuration.withUnixSocket(own.socket()) : configuration;
    }
    return unixSocket.equals(OFF)
        ? configuration
        : configuration.withUnixSocket(Path.of(unixSocket));
  }

  /** Reads a port, or a host and a port; the former means all addresses of this machine. */
  private InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon < 0) {
        return new InetSocketAddress(port);
      }
      String host = text.substring(0, colon).replace("[", "").replace("]", "");
      return new InetSocketAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw misuse("An address is PORT or HOST:PORT, not " + text);
    }
  }

  private void announce(
      DozoServer server, Repository repository, ServerConfiguration configuration, Output output) {
    InetSocketAddress address = server.address();
    output.json(
        "listening",
        json -> {
          json.put("repository", repository.identity().id().toString())
              .put("host", address.getAddress().getHostAddress())
              .put("port", address.getPort())
              .put("fingerprint", server.fingerprint().toString());
          server.adminPort().ifPresent(port -> json.put("adminPort", port));
          configuration.unixSocket().ifPresent(socket -> json.put("unixSocket", socket.toString()));
        });
    output.line("Repository   " + repository.identity().id());
    output.line("Listening    port " + address.getPort());
    server.adminPort().ifPresent(port -> output.line("Admin API    port " + port));
    configuration
        .unixSocket()
        .ifPresent(socket -> output.line("Unix socket  " + ServerAddress.UNIX_PREFIX + socket));
    output.line("Fingerprint  " + server.fingerprint());
    if (server.tokens().list().isEmpty()) {
      output.notice(
          "Nobody has a token yet: dozo token create --repository " + data + " --role backup NAME");
    }
  }
}
