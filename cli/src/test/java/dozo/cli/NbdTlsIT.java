package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.NbdProbe.Reply;
import dozo.cli.quickstart.Tool;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are served to other hosts, to clients with certificates and to others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NbdTlsIT {
  private static final String EVERYWHERE = "0.0.0.0:0";

  @TempDir private static Path directory;
  private ServedDisk served;
  private CertificateAuthority authority;
  private List<Object> certified;
  private Path client;
  private int port;

  @BeforeAll
  void serve() throws Exception {
    for (String tool : List.of("qemu-img", "nbdinfo", "openssl")) {
      assumeThat(Tool.find(tool)).as("without %s NBD over TLS is NOT tested", tool).isPresent();
    }
    served = ServedDisk.create(directory);
    authority = CertificateAuthority.create(directory.resolve("authority"));
    certified = new ArrayList<>(authority.server());
    certified.addAll(List.of("--client-ca", authority.certificate()));
    client = authority.client();
    List<Object> words = new ArrayList<>(List.of("--listen", EVERYWHERE, "--writable"));
    words.addAll(certified);
    String uri = Objects.requireNonNull(served.serve(words.toArray()).get("uri"));
    assertThat(uri).startsWith("nbds://");
    port = Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
  }

  @AfterAll
  void stop() throws Exception {
    if (served != null) {
      served.close();
    }
  }

  private CertificateAuthority stranger(String name) throws IOException {
    return CertificateAuthority.create(directory.resolve(name));
  }

  /** What qemu is told about who it is. */
  private static List<String> credentials(Path certificates) {
    return List.of("--object", "tls-creds-x509,id=tls0,endpoint=client,dir=" + certificates);
  }

  private String drive(String more) {
    return "driver=nbd,host=127.0.0.1,port=" + port + ",export=disk0" + more;
  }

  private Path copyAs(Path certificates) throws IOException {
    List<String> words = new ArrayList<>(credentials(certificates));
    words.addAll(List.of("--image-opts", drive(",tls-creds=tls0")));
    return served.copy(words.toArray(String[]::new));
  }

  private String libnbd(String scheme, String more) throws IOException {
    return ServedDisk.run("nbdinfo", scheme + "://127.0.0.1:" + port + "/disk0" + more);
  }

  private NbdProbe probe() throws IOException {
    return NbdProbe.connect(port);
  }

  @Test
  void isReadAndWrittenByQemuWithACertificate() throws Exception {
    List<String> words = new ArrayList<>(credentials(client));
    words.addAll(List.of("-c", "write -P 0xa1 1000 3000000", "-c", "flush"));
    words.addAll(List.of("-c", "read -P 0xa1 1000 3000000", "--image-opts"));
    words.add(drive(",tls-creds=tls0"));
    assertThat(ServedDisk.run("qemu-io", words.toArray(String[]::new)))
        .doesNotContain("failed", "error");
    byte[] expected = Files.readAllBytes(served.disk());
    Arrays.fill(expected, 1000, 3_001_000, (byte) 0xa1);
    assertThat(Files.readAllBytes(copyAs(client))).isEqualTo(expected);
  }

  @Test
  void isReadByLibnbdAndListedByQemuNbd() throws Exception {
    assertThat(libnbd("nbds", "?tls-certificates=" + client))
        .contains("with TLS", "export-size: " + ServedDisk.DISK_BYTES);
    List<String> words = new ArrayList<>(List.of("--list", "--tls-creds", "tls0"));
    words.addAll(credentials(client));
    words.addAll(List.of("--bind", "127.0.0.1", "--port", String.valueOf(port)));
    assertThat(ServedDisk.run("qemu-nbd", words.toArray(String[]::new))).contains("'disk0'");
  }

  @Test
  void refusesClientsWithoutTls() {
    assertThatThrownBy(() -> served.copy("--image-opts", drive(""))).hasMessageContaining("TLS");
    assertThatThrownBy(() -> libnbd("nbd", "")).hasMessageContaining("server replied with error");
  }

  /** With TLS 1.3 a client only hears when it asks for something that its handshake was in vain. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void refusesClientsWithoutACertificate(String version) throws Exception {
    SSLContext nobody = JdkTls.forClient(new ServerTrust.Authority(authority.certificate()));
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.ACK);
      assertThatThrownBy(
              () -> {
                probe.secure(nobody, version);
                probe.option(NbdProbe.LIST);
              })
          .isInstanceOf(IOException.class);
    }
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.ACK);
      // It was for want of a certificate: with one the same is answered.
      probe.secure(contextOf(client), version);
      assertThat(probe.option(NbdProbe.STRUCTURED_REPLY).type()).isEqualTo(NbdProbe.ACK);
    }
  }

  @Test
  void refusesQemuAndLibnbdWithoutACertificate() throws Exception {
    Path nobody = Files.createDirectory(directory.resolve("nobody"));
    Files.copy(authority.certificate(), nobody.resolve("ca-cert.pem"));
    assertThatThrownBy(() -> copyAs(nobody)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> libnbd("nbds", "?tls-certificates=" + nobody))
        .isInstanceOf(IOException.class);
    assertThat(libnbd("nbds", "?tls-certificates=" + client)).contains("with TLS");
  }

  @Test
  void refusesPlainTextAtTheHostsOtherAddresses() throws Exception {
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
            .toList();
    assumeThat(addresses)
        .as("this host has loopback addresses only, so others are NOT tested")
        .isNotEmpty();
    for (InetAddress address : addresses) {
      try (NbdProbe probe = NbdProbe.connect(address, port)) {
        probe.greet(NbdProbe.FIXED_NEWSTYLE);
        for (int option : List.of(NbdProbe.LIST, NbdProbe.GO, NbdProbe.STRUCTURED_REPLY)) {
          assertThat(probe.option(option)).isEqualTo(new Reply(NbdProbe.TLS_REQUIRED, 0));
        }
        probe.send(NbdProbe.EXPORT_NAME, new byte[0]);
        probe.expectClosed();
      }
      // And nothing would be served there without TLS in the first place.
      String where = address.getHostAddress() + ":0";
      assertThat(served.cli().run("nbd", "web", "--listen", where).expect(ExitCode.USAGE).err())
          .contains("--client-ca", where);
    }
  }

  @Test
  void refusesCertificatesOfAnotherAuthority() throws Exception {
    Path strange = stranger("strange").client();
    // The stranger trusts this server, so that only the server can be the one to refuse.
    Files.copy(
        authority.certificate(),
        strange.resolve("ca-cert.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> copyAs(strange)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> libnbd("nbds", "?tls-certificates=" + strange))
        .isInstanceOf(IOException.class);
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.ACK);
      assertThatThrownBy(
              () -> {
                probe.secure(contextOf(strange));
                probe.option(NbdProbe.LIST);
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesCertificatesThatAreForServersOnly() throws Exception {
    CertificateAuthority own = stranger("servers");
    List<Object> words = new ArrayList<>(List.of("--listen", EVERYWHERE));
    words.addAll(own.server());
    words.addAll(List.of("--client-ca", own.certificate()));
    String uri = Objects.requireNonNull(served.serve(words.toArray()).get("uri"));
    int other = Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
    Path wrong = own.serverAsClient();
    try (NbdProbe probe = NbdProbe.connect(other)) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.ACK);
      assertThatThrownBy(
              () -> {
                probe.secure(contextOf(wrong));
                probe.option(NbdProbe.LIST);
              })
          .isInstanceOf(IOException.class);
    }
  }

  private static SSLContext contextOf(Path client) throws IOException {
    return JdkTls.forServer(
        client.resolve("client-cert.pem"),
        client.resolve("client-key.pem"),
        client.resolve("ca-cert.pem"));
  }

  @Test
  void answersNothingBeforeTlsButThatItIsNeeded() throws Exception {
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      for (int option : List.of(NbdProbe.LIST, NbdProbe.GO, NbdProbe.STRUCTURED_REPLY, 77)) {
        assertThat(probe.option(option)).isEqualTo(new Reply(NbdProbe.TLS_REQUIRED, 0));
      }
      assertThat(probe.option(NbdProbe.STARTTLS, (byte) 1).type()).isEqualTo(NbdProbe.INVALID);
      assertThat(probe.option(NbdProbe.ABORT).type()).isEqualTo(NbdProbe.ACK);
      probe.expectClosed();
    }
  }

  @Test
  void hangsUpOnWhoeverCannotBeToldOrWillNot() throws Exception {
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      probe.send(NbdProbe.EXPORT_NAME, new byte[0]);
      probe.expectClosed();
    }
    try (NbdProbe probe = probe()) {
      // A client of the oldest kind knows no answer that could tell it to use TLS.
      probe.greet(0);
      probe.expectClosed();
    }
  }

  @Test
  void takesNothingForSecretThatWasSentBeforeTls() throws Exception {
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      // Both at once, as somebody on the way would slip an option in.
      probe.send(NbdProbe.STARTTLS, new byte[0], NbdProbe.LIST, new byte[0]);
      assertThat(probe.reply().type()).isEqualTo(NbdProbe.ACK);
      probe.expectNoReply();
    }
  }

  @Test
  void startsTlsOnce() throws Exception {
    try (NbdProbe probe = probe()) {
      probe.greet(NbdProbe.FIXED_NEWSTYLE);
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.ACK);
      probe.secure(contextOf(client));
      assertThat(probe.option(NbdProbe.STARTTLS).type()).isEqualTo(NbdProbe.INVALID);
      assertThat(probe.option(NbdProbe.STRUCTURED_REPLY).type()).isEqualTo(NbdProbe.ACK);
    }
  }

  @Test
  void needsACertificateOffLoopback() throws Exception {
    Cli cli = served.cli();
    assertThat(cli.run("nbd", "web", "--listen", EVERYWHERE).expect(ExitCode.USAGE).err())
        .contains("--client-ca");
    assertThat(
            cli.run("nbd", "web", "--listen", EVERYWHERE, "--client-ca", authority.certificate())
                .expect(ExitCode.USAGE)
                .err())
        .contains("all three");
    assertThat(cli.run("nbd", "web", "--listen", "::1:1").expect(ExitCode.USAGE).err())
        .contains("[ADDRESS]:PORT");
    List<Object> onSocket =
        new ArrayList<>(List.of("nbd", "web", "--socket", directory.resolve("s")));
    onSocket.addAll(certified);
    assertThat(cli.run(onSocket.toArray()).expect(ExitCode.USAGE).err()).contains("Unix socket");
  }

  @Test
  void saysWhatIsWrongWithAKey() throws Exception {
    List<Object> words = new ArrayList<>(List.of("nbd", "web", "--listen", EVERYWHERE));
    words.addAll(certified);
    words.set(
        words.indexOf("--certificate-key") + 1,
        stranger("other").client().resolve("client-key.pem"));
    assertThat(served.cli().run(words.toArray()).err()).contains("the key of another certificate");
    words.set(words.indexOf("--certificate-key") + 1, authority.certificate());
    assertThat(served.cli().run(words.toArray()).err()).contains("openssl pkcs8");
  }
}
