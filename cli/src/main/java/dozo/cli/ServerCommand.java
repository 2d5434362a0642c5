package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.log.LogSetup;
import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.server.ServerSettings;
import dozo.cli.server.UnlockSettings;
import dozo.cli.service.HangUp;
import dozo.cli.service.Supervisor;
import dozo.format.key.Argon2Cost;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.protocol.ServerAddress;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.server.DozoServer;
import dozo.server.mounts.HostMounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo server}. */
@Command(
    name = "server",
    description = {
      "Serve a repository until told to end.",
      "",
      "What it does stands in its configuration file, of which 'dozo config example' prints one;"
          + " options stand above it. On its first start it makes its certificate and prints the"
          + " fingerprint that clients pin. On SIGTERM it takes no new sessions, lets those that are"
          + " under way end for a while, and leaves with 0. On SIGHUP it reads the file again."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo server",
      "  dozo server --config /etc/dozo/second.yaml",
      "  dozo server --data /srv/dozo --init",
      "  dozo server --data /srv/dozo --passphrase-file /etc/dozo/passphrase --log json",
      "  dozo server --data /srv/dozo --listen 10.0.0.5:8470 --admin off"
    })
final class ServerCommand extends DozoCommand {

  @Mixin private final ServerArguments arguments = new ServerArguments();

  ServerCommand(Context context) {
    super(context);
  }

  @Override
  void setUpLog() {
    // The configuration says how, and nothing is logged before it is read.
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    ServerSettings settings = arguments.read(secrets(), isDebug());
    LogSetup.choose(true, settings.log().isDebug(), settings.log().format());
    CountDownLatch told = new CountDownLatch(1);
    try (Interruption _ = Interruption.ends(told::countDown);
        Supervisor supervisor = supervisor("Opening the repository in " + settings.repository());
        Repository repository = open(settings);
        HostMounts mounts = mounts(settings, repository);
        DozoServer server =
            DozoServer.start(
                settings.configuration(),
                repository,
                mounts,
                Clock.systemUTC(),
                settings.repositoryOptions().random())) {
      if (settings.file().isPresent()) {
        ServerReload reload =
            new ServerReload(() -> arguments.read(secrets(), isDebug()), server, settings);
        HangUp.answer(reload::run);
      }
      announce(server, repository, settings, output);
      supervisor.ready("Listening on port " + server.address().getPort(), server::isWell);
      told.await();
      supervisor.stopping("Draining for up to " + settings.drain().toSeconds() + " s");
    }
    return ExitCode.OK;
  }

  private Supervisor supervisor(String status) {
    Supervisor supervisor = Supervisor.of(context().environment(), ProcessHandle.current().pid());
    supervisor.status(status);
    return supervisor;
  }

  private HostMounts mounts(ServerSettings settings, Repository repository) throws IOException {
    if (settings.mounts().isEmpty()) {
      return HostMounts.NONE;
    }
    ServerMountPlan plan =
        ServerMountPlan.of(
            settings.mounts().get(),
            settings.repository(),
            repository.identity().id(),
            settings.listen().unixSocket());
    return ServerMounts.open(plan, MountRegistry.open(secrets()));
  }

  private Repository open(ServerSettings settings) throws IOException {
    Path path = settings.repository();
    RepositoryOptions options = settings.repositoryOptions();
    boolean isNew = settings.init() && !Files.exists(path.resolve("repository.dozo"));
    try (SlotSecret secret = secret(settings.unlock(), isNew)) {
      if (isNew) {
        Repository.create(
            path, RepositoryParameters.standard(), secret, Argon2Cost.DEFAULT, "first", options);
      }
      return Repository.open(path, secret, options);
    }
  }

  private SlotSecret secret(UnlockSettings unlock, boolean isNew) throws IOException {
    if (unlock.newKeyFile().isPresent()) {
      Path file = unlock.newKeyFile().get();
      return isNew && !Files.exists(file) ? KeyFiles.create(file) : KeyFiles.read(file);
    }
    if (unlock.keyFile().isPresent()) {
      return KeyFiles.read(unlock.keyFile().get());
    }
    SecretPlace place =
        secrets().placeOrTerminal(SecretKind.PASSPHRASE, unlock.passphrase().orElse(null), isNew);
    char[] passphrase = secrets().read(SecretKind.PASSPHRASE, place);
    try {
      return Passphrase.of(passphrase);
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }

  private void announce(
      DozoServer server, Repository repository, ServerSettings settings, Output output) {
    InetSocketAddress address = server.address();
    output.json(
        "listening",
        json -> {
          json.put("repository", repository.identity().id().toString())
              .put("host", address.getAddress().getHostAddress())
              .put("port", address.getPort())
              .put("fingerprint", server.fingerprint().toString());
          settings.file().ifPresent(file -> json.put("configuration", file.toString()));
          server.adminPort().ifPresent(port -> json.put("adminPort", port));
          settings
              .listen()
              .unixSocket()
              .ifPresent(socket -> json.put("unixSocket", socket.toString()));
        });
    settings.file().ifPresent(file -> output.line("Configured   " + file));
    output.line("Repository   " + repository.identity().id());
    output.line("Listening    port " + address.getPort());
    server.adminPort().ifPresent(port -> output.line("Admin API    port " + port));
    settings
        .listen()
        .unixSocket()
        .ifPresent(socket -> output.line("Unix socket  " + ServerAddress.UNIX_PREFIX + socket));
    output.line("Fingerprint  " + server.fingerprint());
    if (server.tokens().list().isEmpty()) {
      output.notice(
          "Nobody has a token yet: dozo token create --repository "
              + settings.repository()
              + " --role backup NAME");
    }
  }
}
