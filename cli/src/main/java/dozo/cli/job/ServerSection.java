package dozo.cli.job;

import dozo.cli.config.Section;
import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import dozo.protocol.ClientIdentity;
import dozo.protocol.Fingerprint;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import java.nio.file.Path;
import java.util.Optional;

/** What a job file says of its server; what it leaves out comes from the environment. */
record ServerSection(Section root, Path directory, SecretReader environment) {

  /** What stands for an address that is missing, until the file is refused for that. */
  private static final ServerAddress NOWHERE = ServerAddress.parse("localhost");

  JobServer read() {
    Optional<ServerAddress> named =
        root.value("server", "HOST, HOST:PORT or unix:PATH", ServerAddress::parse);
    ServerAddress address =
        named.orElseGet(() ->
            environment
                .variable("DOZO_SERVER")
                .map(ServerAddress::parse)
                .orElseGet(() -> root.missing("server", NOWHERE)));
    Optional<ServerTrust> trust = trust();
    Optional<SecretPlace> token = token();
    if (address instanceof ServerAddress.Tcp && named.isPresent()) {
      if (trust.isEmpty() && !root.has("ca")) {
        root.missing("fingerprint", address);
      }
      if (token.isEmpty() && !root.has("token-command")) {
        root.missing("token-file", address);
      }
    }
    return new JobServer(address, trust, identity(), token);
  }

  private Optional<ServerTrust> trust() {
    Optional<Path> authority = root.path("ca").map(directory::resolve);
    Optional<ServerTrust> pinned =
        root.value(
            "fingerprint",
            "64 hex digits, as 'dozo server' prints them",
            text -> new ServerTrust.Pinned(Fingerprint.parse(text)));
    if (authority.isPresent()) {
      if (root.has("fingerprint")) {
        root.wrong("fingerprint", "and ca exclude one another");
      }
      return Optional.of(new ServerTrust.Authority(authority.get()));
    }
    return pinned.or(() ->
        environment
            .variable("DOZO_FINGERPRINT")
            .map(text -> new ServerTrust.Pinned(Fingerprint.parse(text))));
  }

  private Optional<ClientIdentity> identity() {
    Optional<Path> certificate = file("client-certificate", "DOZO_CLIENT_CERTIFICATE");
    Optional<Path> key = file("client-key", "DOZO_CLIENT_KEY");
    if (certificate.isPresent() && key.isEmpty()) {
      root.missing("client-key", certificate);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      root.missing("client-certificate", key);
    }
    return certificate.flatMap(of -> key.map(its -> new ClientIdentity(of, its)));
  }

  private Optional<Path> file(String key, String variable) {
    return root.path(key)
        .map(directory::resolve)
        .or(() -> environment.variable(variable).map(Path::of));
  }

  private Optional<SecretPlace> token() {
    Optional<SecretPlace> file =
        root.path("token-file").map(path -> new SecretPlace.InFile(directory.resolve(path)));
    Optional<SecretPlace> command = root.text("token-command").map(SecretPlace.FromCommand::new);
    if (file.isPresent() && command.isPresent()) {
      root.wrong("token-command", "and token-file exclude one another");
    }
    return file.or(() -> command).or(() -> environment.place(SecretKind.TOKEN, null));
  }
}
