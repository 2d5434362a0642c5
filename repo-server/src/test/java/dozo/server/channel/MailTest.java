package dozo.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dozo.protocol.Fingerprint;
import dozo.protocol.ServerTrust;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail to a server on this host. */
final class MailTest {

  private static final Message MESSAGE = EventTest.message("Büro 土蔵: no fresh backup");

  @TempDir private Path directory;
  private TestIdentity identity;
  private Path login;

  @BeforeEach
  void prepare() throws IOException {
    identity = new TestIdentity(directory.resolve("tls"));
    login = login(MailReceiver.PASSWORD);
  }

  private Path login(String password) throws IOException {
    return Files.writeString(
        directory.resolve("login"), MailReceiver.USER + "\n" + password + "\n");
  }

  private MailSettings settings(int port, MailTls tls, ServerTrust trust, String... to) {
    return new MailSettings(
        "admins",
        "127.0.0.1",
        port,
        tls,
        tls == MailTls.NONE ? Optional.empty() : Optional.of(login),
        Optional.of(trust),
        new MailAddress("dozo@example.org"),
        Stream.of(to).map(MailAddress::new).toList(),
        EnumSet.allOf(Topic.class));
  }

  private ServerTrust pinned() {
    return new ServerTrust.Pinned(identity.fingerprint());
  }

  private static String send(MailSettings settings) throws DeliveryException {
    return new Mail(settings, Patience.USUAL).send(MESSAGE);
  }

  private static String refused(MailSettings settings) {
    DeliveryException refused = catchThrowableOfType(DeliveryException.class, () -> send(settings));
    assertThat(refused).as("not refused").isNotNull();
    return String.valueOf(refused.getMessage());
  }

  @Test
  void sendsAfterStarttlsWithAPasswordFromAFile() throws Exception {
    try (MailReceiver receiver = MailReceiver.startingTls(identity.context())) {
      String said =
          send(
              settings(
                  receiver.port(), MailTls.STARTTLS, pinned(), "a@example.org", "b@example.org"));

      assertThat(said).startsWith("250");
      assertThat(receiver.users()).containsExactly(MailReceiver.USER);
      assertThat(receiver.taken())
          .extracting(MailReceiver.Taken::to)
          .containsExactlyInAnyOrder("a@example.org", "b@example.org");
      MimeMessage mail = receiver.taken().getFirst().mail();
      assertThat(mail.getSubject()).isEqualTo("[Dozo backup1] Büro 土蔵: no fresh backup");
      assertThat(mail.getContent().toString()).contains("Büro 土蔵", "What to do", "backup1");
      assertThat(mail.getContentType()).containsIgnoringCase("utf-8");
      assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("dozo@example.org");
      assertThat(mail.getMessageID()).isEqualTo("<" + MESSAGE.id() + "@example.org>");
      assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    }
  }

  @Test
  void sendsWhereTlsBeginsAtOnce() throws Exception {
    try (MailReceiver receiver = MailReceiver.encrypted(identity.context())) {
      send(settings(receiver.port(), MailTls.IMPLICIT, pinned(), "a@example.org"));

      assertThat(receiver.taken()).hasSize(1);
    }
  }

  @Test
  void letsNoNameIntoTheHead() throws Exception {
    Message hostile = EventTest.message("web\r\nBcc: spy@example.org\r\n\r\nbody");
    try (MailReceiver receiver = MailReceiver.plain()) {
      new Mail(settings(receiver.port(), MailTls.NONE, pinned(), "a@example.org"), Patience.USUAL)
          .send(hostile);

      assertThat(receiver.taken())
          .extracting(MailReceiver.Taken::to)
          .containsExactly("a@example.org");
      MimeMessage mail = receiver.taken().getFirst().mail();
      assertThat(mail.getHeader("Bcc")).isNull();
      assertThat(mail.getSubject()).isEqualTo("[Dozo backup1] web??Bcc: spy@example.org????body");
    }
  }

  @Test
  void sendsNothingWithoutTls() throws Exception {
    try (MailReceiver receiver = MailReceiver.plain()) {
      assertThat(refused(settings(receiver.port(), MailTls.STARTTLS, pinned(), "a@example.org")))
          .contains("STARTTLS");
      assertThat(receiver.users()).isEmpty();
      assertThat(receiver.taken()).isEmpty();
    }
  }

  @Test
  void sendsNothingToAServerWithAnotherCertificate() throws Exception {
    ServerTrust wrong = new ServerTrust.Pinned(Fingerprint.parse("ab".repeat(32)));
    try (MailReceiver starting = MailReceiver.startingTls(identity.context());
        MailReceiver encrypted = MailReceiver.encrypted(identity.context())) {
      refused(settings(starting.port(), MailTls.STARTTLS, wrong, "a@example.org"));
      refused(settings(encrypted.port(), MailTls.IMPLICIT, wrong, "a@example.org"));

      assertThat(starting.users()).isEmpty();
      assertThat(encrypted.users()).isEmpty();
    }
  }

  @Test
  void saysThatThePasswordIsWrongWithoutRepeatingIt() throws Exception {
    String wrong = "another p4ssw0rd";
    login(wrong);
    try (MailReceiver receiver = MailReceiver.startingTls(identity.context())) {
      assertThat(refused(settings(receiver.port(), MailTls.STARTTLS, pinned(), "a@example.org")))
          .contains("user name and password", "535")
          .doesNotContain(wrong);
    }
    Files.writeString(login, "only one line");
    assertThat(refused(settings(1, MailTls.STARTTLS, pinned(), "a@example.org")))
        .contains(login.toString(), "2 lines")
        .doesNotContain("only");
  }

  @Test
  void waitsForNobodyWhoHangs() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Mail mail =
          new Mail(
              settings(silent.getLocalPort(), MailTls.STARTTLS, pinned(), "a@example.org"),
              new Patience(Duration.ofSeconds(60), Duration.ofMillis(200)));

      assertThat(catchThrowableOfType(DeliveryException.class, () -> mail.send(MESSAGE)))
          .isNotNull();
    }
  }

  @Test
  void saysWhatTheServerSaysOfAnAddress() throws Exception {
    try (MailReceiver receiver = MailReceiver.plain()) {
      assertThat(refused(settings(receiver.port(), MailTls.NONE, pinned(), "nobody@example.org")))
          .contains("553");
      assertThat(receiver.taken()).isEmpty();
    }
  }

  @Test
  void sendsToThoseWhoAreThere() throws Exception {
    try (MailReceiver receiver = MailReceiver.plain()) {
      String said =
          send(
              settings(
                  receiver.port(), MailTls.NONE, pinned(), "nobody@example.org", "a@example.org"));

      assertThat(said).startsWith("Not for all addresses").contains("553");
      assertThat(receiver.taken())
          .extracting(MailReceiver.Taken::to)
          .containsExactly("a@example.org");
    }
  }
}
