package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A server that lets nobody in over the network without a certificate. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientCertificateIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private static Path directory;

  private ServerProcess server;
  private CertificateAuthority authority;
  private Path trusted;
  private Path client;
  private Path forServers;

  @BeforeAll
  void start() throws Exception {
    assumeThat(Tool.find("openssl")).as("without openssl this is NOT tested").isPresent();
    authority = CertificateAuthority.create(directory.resolve("authority"));
    client = copy(authority.client(), "client");
    forServers = copy(authority.serverAsClient(), "for-servers");
    trusted = Files.copy(authority.certificate(), directory.resolve("trusted.pem"));
    Path file =
        Files.writeString(directory.resolve("server.yaml"), "tls: {client-ca: trusted.pem}\n");
    try (ServerProcess first = ServerProcess.create(directory)) {
      assertThat(first.end()).isZero();
      server = first.restart("--config", file);
    }
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** The authority gives each certificate that it signs for a client the same name. */
  private static Path copy(Path certificates, String name) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    for (String file : List.of("client-cert.pem", "client-key.pem")) {
      Files.copy(certificates.resolve(file), copy.resolve(file));
    }
    return copy;
  }

  /** A client that shows what lies in a directory. */
  private Cli showing(Path certificates) {
    return server
        .cli()
        .with("DOZO_CLIENT_CERTIFICATE", certificates.resolve("client-cert.pem").toString())
        .with("DOZO_CLIENT_KEY", certificates.resolve("client-key.pem").toString());
  }

  private static void isNotLetIn(Cli cli) throws Exception {
    Cli.Outcome outcome = cli.run("list").expect(ExitCode.BAD_TOKEN);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("The server lets nobody in without a certificate that it trusts")
        .contains("--client-certificate");
  }

  @Test
  @Order(1)
  void letsInWhoShowsOne() throws Exception {
    showing(client).run("list").expect(ExitCode.OK);
    server
        .cli()
        .run(
            "list",
            "--client-certificate",
            client.resolve("client-cert.pem"),
            "--client-key",
            client.resolve("client-key.pem"))
        .expect(ExitCode.OK);
  }

  @Test
  @Order(1)
  void aTokenIsStillNeeded() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong"), "dozo_nobody");
    showing(client).run("list", "--token-file", wrong).expect(ExitCode.BAD_TOKEN);
  }

  @Test
  @Order(1)
  void aTokenAloneIsNotEnough() throws Exception {
    isNotLetIn(server.cli());
  }

  @Test
  @Order(1)
  void certificatesOfOthersAndOfServersAreNotEnough() throws Exception {
    isNotLetIn(showing(CertificateAuthority.create(directory.resolve("stranger")).client()));
    isNotLetIn(showing(forServers));
  }

  @Test
  @Order(1)
  void theHostItselfAndTheAdminApiNeedNone() throws Exception {
    new Cli(Map.of("DOZO_SERVER", "unix:" + server.data().resolve("server/dozo.sock")))
        .run("list")
        .expect(ExitCode.OK);
    server.http().get("/health").expect(200);
  }

  @Test
  @Order(1)
  void aJobShowsOne() throws Exception {
    Path disk = Files.write(directory.resolve("disk.raw"), new byte[1 << 20]);
    Path job =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            client-certificate: %s
            client-key: %s
            vms:
              - {name: web, files: {disks: {disk0: %s}}}
            """
                .formatted(
                    client.resolve("client-cert.pem"), client.resolve("client-key.pem"), disk));
    Cli jobs = server.cli().with("DOZO_JOB_SLOTS", directory.resolve("slots").toString());
    jobs.run("job", "run", job).expect(ExitCode.OK);
    Path without =
        Files.writeString(
            directory.resolve("without.yaml"),
            Files.readString(job).lines().skip(1).reduce("", (all, line) -> all + line + "\n"));
    assertThat(jobs.run("job", "check", without).expect(ExitCode.BAD_CONFIGURATION).err())
        .contains("client-certificate is missing");
  }

  @Test
  @Order(1)
  void aKeyAloneOrThatOfAnotherIsAMistake() throws Exception {
    assertThat(
            server
                .cli()
                .run("list", "--client-key", client.resolve("client-key.pem"))
                .expect(ExitCode.USAGE)
                .err())
        .contains("--client-certificate and --client-key go together");
    Cli.Outcome swapped =
        showing(client)
            .run("list", "--client-key", authority.certificate().resolveSibling("ca-key.pem"));
    assertThat(swapped.code()).isNotZero();
    assertThat(swapped.err()).contains("ca-key.pem holds the key of another certificate");
  }

  @Test
  @Order(2)
  void anotherAuthorityCountsFromTheNextReloadOn() throws Exception {
    CertificateAuthority next = CertificateAuthority.create(directory.resolve("next"));
    Path nextClient = next.client();
    Files.copy(next.certificate(), trusted, StandardCopyOption.REPLACE_EXISTING);
    server.signal("HUP");
    await().atMost(LONG).untilAsserted(() -> showing(nextClient).run("list").expect(ExitCode.OK));
    isNotLetIn(showing(client));
  }

  @Test
  @Order(3)
  void aServerWhoseAuthoritiesCannotBeReadDoesNotStart() throws Exception {
    Files.writeString(trusted, "none");
    Path file = directory.resolve("server.yaml");
    assertThat(server.end()).isZero();
    Cli.Outcome outcome =
        new Cli(Map.of("DOZO_KEY_FILE", directory.resolve("key").toString()))
            .run("server", "--config", file, "--data", server.data(), "--listen", "127.0.0.1:0");
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.err()).contains("trusted.pem holds a certificate that cannot be read");
  }
}
