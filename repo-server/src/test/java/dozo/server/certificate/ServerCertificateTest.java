package dozo.server.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {

  @TempDir Path directory;

  private ServerCertificate open() throws IOException {
    return ServerCertificate.openOrCreate(
        directory.resolve("server"), Clock.systemUTC(), new SecureRandom());
  }

  private Path file() {
    return directory.resolve("server").resolve(ServerCertificate.FILE_NAME);
  }

  @Test
  void staysTheSame() throws IOException {
    ServerCertificate made = open();
    assertThat(open().fingerprint()).isEqualTo(made.fingerprint());
    assertThat(open().certificate()).isEqualTo(made.certificate());
    assertThat(directory.resolve("server")).isDirectoryContaining(file()::equals);
  }

  @Test
  void isReadByItsOwnerOnly() throws IOException {
    open();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void speaksForItsKey() throws Exception {
    ServerCertificate certificate = open();
    certificate.certificate().checkValidity();
    certificate.certificate().verify(certificate.certificate().getPublicKey());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(certificate.key());
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.certificate());
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
  }

  @Test
  void isNeverReplacedWhenItCannotBeRead() throws IOException {
    open();
    String whole = Files.readString(file());
    for (String damaged :
        new String[] {
          "",
          whole.substring(0, whole.length() / 2),
          whole.substring(whole.indexOf("-----BEGIN CERT")),
          "-----BEGIN NOVEL-----\nAAAA\n-----END NOVEL-----\n"
        }) {
      Files.writeString(file(), damaged);
      assertThatIOException().isThrownBy(this::open).withMessageContaining("server.pem");
      assertThat(file()).hasContent(damaged);
    }
  }

  /** The parts of what a server of that directory has made: its key, then its certificate. */
  private String[] parts(String server) throws IOException {
    Path own = directory.resolve(server);
    ServerCertificate.openOrCreate(own, Clock.systemUTC(), new SecureRandom());
    return Files.readString(own.resolve(ServerCertificate.FILE_NAME))
        .split("(?=-----BEGIN CERT)", 2);
  }

  private ServerCertificate read(String certificates, String key) throws IOException {
    return ServerCertificate.read(
        new CertificateFiles(
            Files.writeString(directory.resolve("chain.pem"), certificates),
            Files.writeString(directory.resolve("key.pem"), key)));
  }

  @Test
  void isReadFromTwoFilesWithThoseAboveIt() throws IOException {
    String[] own = parts("server");
    String[] other = parts("other");
    ServerCertificate read = read(own[1] + other[1], own[0]);
    assertThat(read.fingerprint()).isEqualTo(open().fingerprint());
    assertThat(read.chain()).hasSize(2);
  }

  @Test
  void isRefusedWithAKeyThatIsNotItsOwn() throws IOException {
    String[] own = parts("server");
    String[] other = parts("other");
    assertThatIOException()
        .isThrownBy(() -> read(own[1], other[0]))
        .withMessageContaining("key.pem: the key is not that of the first certificate");
    assertThatIOException()
        .isThrownBy(() -> read(own[1], own[0].replace("PRIVATE KEY", "EC PRIVATE KEY")))
        .withMessageContaining("openssl pkcs8");
    assertThatIOException()
        .isThrownBy(() -> read(own[1], ""))
        .withMessageContaining("does not hold both");
  }

  @Test
  void neverShowsItsKey() throws IOException {
    assertThat(open().toString()).contains(open().fingerprint().hex()).doesNotContain("key");
  }
}
