package dozo.cli;

import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import dozo.protocol.ClientIdentity;
import dozo.protocol.Fingerprint;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which server, how to know it, and who we are. */
final class ServerOptions {

  private static final String SERVER = "DOZO_SERVER";
  private static final String FINGERPRINT = "DOZO_FINGERPRINT";
  private static final String CLIENT_CERTIFICATE = "DOZO_CLIENT_CERTIFICATE";
  private static final String CLIENT_KEY = "DOZO_CLIENT_KEY";

  @Option(
      names = {"-s", "--server"},
      paramLabel = "HOST[:PORT]",
      description = "The server, or unix:PATH for one on this host. [DOZO_SERVER]")
  private @Nullable String server;

  @Option(
      names = "--fingerprint",
      paramLabel = "HEX",
      description = "SHA-256 of its certificate, as 'dozo server' prints it. [DOZO_FINGERPRINT]")
  private @Nullable String fingerprint;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust servers by this authority (PEM) and their names instead.")
  private @Nullable Path authority;

  @Option(
      names = "--client-certificate",
      paramLabel = "FILE",
      description =
          "What to show a server that asks for a certificate (PEM). [DOZO_CLIENT_CERTIFICATE]")
  private @Nullable Path clientCertificate;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description = "Its private key (PEM, PKCS #8 without a passphrase). [DOZO_CLIENT_KEY]")
  private @Nullable Path clientKey;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The token's file. [DOZO_TOKEN_FILE, DOZO_TOKEN]")
  private @Nullable Path tokenFile;

  @Option(
      names = "--token-command",
      paramLabel = "COMMAND",
      description = "A command that prints the token. [DOZO_TOKEN_COMMAND]")
  private @Nullable String tokenCommand;

  @Option(
      names = "--token-fd",
      paramLabel = "N",
      description = "An open file descriptor to read the token from.")
  private @Nullable Integer tokenDescriptor;

  /** Whether an option names a server. */
  boolean isGiven() {
    return server != null;
  }

  /** Whether an option or the environment names a server. */
  boolean isNamed(SecretReader secrets) {
    return address(secrets).isPresent();
  }

  private Optional<String> address(SecretReader secrets) {
    return server != null ? Optional.of(server) : secrets.variable(SERVER);
  }

  /**
   * How to reach the server.
   *
   * @throws IllegalArgumentException if something is missing or malformed
   * @throws IOException if the token cannot be had
   */
  ConnectionSettings settings(SecretReader secrets) throws IOException {
    String named =
        address(secrets)
            .orElseThrow(() -> new IllegalArgumentException("Say which --server to use"));
    ServerAddress address = ServerAddress.parse(named);
    return switch (address) {
      case ServerAddress.Tcp tcp ->
          ConnectionSettings.tcp(tcp, trust(secrets), token(secrets), Version.client())
              .withIdentity(identity(secrets));
      case ServerAddress.Unix unix -> {
        ConnectionSettings asUser = ConnectionSettings.unix(unix.socket(), Version.client());
        yield tokenPlace(secrets).isEmpty() ? asUser : asUser.withToken(token(secrets));
      }
    };
  }

  /** The token, if a person has to be asked for it. */
  Optional<TypedSecret> typedSecret(SecretReader secrets) throws IOException {
    boolean told =
        tokenPlace(secrets).isPresent()
            || address(secrets).filter(each -> each.startsWith("unix:")).isPresent();
    return told
        ? Optional.empty()
        : Optional.of(TypedSecret.ask(SecretKind.TOKEN, "--token-fd", secrets));
  }

  private ServerTrust trust(SecretReader secrets) {
    if (authority != null && fingerprint != null) {
      throw new IllegalArgumentException("Give --fingerprint or --ca, not both");
    }
    if (authority != null) {
      return new ServerTrust.Authority(authority);
    }
    String pinned = fingerprint != null ? fingerprint : secrets.variable(FINGERPRINT).orElse(null);
    if (pinned == null) {
      throw new IllegalArgumentException(
          "Give the server's --fingerprint, which 'dozo server' prints at its start, or a --ca");
    }
    return new ServerTrust.Pinned(Fingerprint.parse(pinned));
  }

  private @Nullable ClientIdentity identity(SecretReader secrets) {
    Optional<Path> certificate = file(clientCertificate, CLIENT_CERTIFICATE, secrets);
    Optional<Path> key = file(clientKey, CLIENT_KEY, secrets);
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("--client-certificate and --client-key go together");
    }
    return certificate.flatMap(of -> key.map(its -> new ClientIdentity(of, its))).orElse(null);
  }

  private static Optional<Path> file(@Nullable Path option, String variable, SecretReader secrets) {
    return Optional.ofNullable(option).or(() -> secrets.variable(variable).map(Path::of));
  }

  private Optional<SecretPlace> tokenPlace(SecretReader secrets) {
    return secrets.place(
        SecretKind.TOKEN,
        SecretPlace.of(SecretKind.TOKEN, tokenFile, tokenDescriptor, tokenCommand));
  }

  private Secret token(SecretReader secrets) throws IOException {
    SecretPlace option = SecretPlace.of(SecretKind.TOKEN, tokenFile, tokenDescriptor, tokenCommand);
    return token(
        SecretKind.TOKEN, secrets.placeOrTerminal(SecretKind.TOKEN, option, false), secrets);
  }

  /** Fetches a token from where it is. */
  static Secret token(SecretKind kind, SecretPlace place, SecretReader secrets) throws IOException {
    char[] token = secrets.read(kind, place);
    try {
      return Secret.of(new String(token).strip());
    } finally {
      Arrays.fill(token, ' ');
    }
  }
}
