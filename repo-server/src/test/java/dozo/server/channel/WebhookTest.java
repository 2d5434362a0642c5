package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dozo.protocol.Fingerprint;
import dozo.protocol.ServerTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks against servers on this host. */
final class WebhookTest {

  private static final Clock CLOCK = Clock.fixed(EventTest.NOW, ZoneOffset.UTC);
  private static final Message MESSAGE = EventTest.message("web: no fresh backup");

  @TempDir private Path directory;

  private static WebhookSettings settings(
      URI url, Optional<Path> secret, Optional<ServerTrust> trust) {
    return new WebhookSettings(
        "ops", Optional.of(url), Optional.empty(), secret, trust, EnumSet.allOf(Topic.class));
  }

  private static String send(WebhookSettings settings) throws DeliveryException {
    return new Webhook(settings, CLOCK, Patience.USUAL).send(MESSAGE);
  }

  private static String refused(WebhookSettings settings) {
    return String.valueOf(
        catchThrowableOfType(DeliveryException.class, () -> send(settings)).getMessage());
  }

  private static WebhookSettings settings(HookReceiver receiver) {
    return settings(receiver.url(), Optional.empty(), Optional.empty());
  }

  @Test
  void postsJsonThatItsReceiverCanVerify() throws Exception {
    byte[] key = "0123456789abcdefghijklmnopqrstuv".getBytes(UTF_8);
    String secret = "whsec_" + Base64.getEncoder().encodeToString(key);
    Path file = Files.writeString(directory.resolve("secret"), secret + "\n");
    try (HookReceiver receiver = HookReceiver.plain()) {
      receiver.answer(202, "taken\u001b[2J");

      String said = send(settings(receiver.url(), Optional.of(file), Optional.empty()));

      assertThat(said).isEqualTo("202 taken?[2J");
      HookReceiver.Posted posted = receiver.posted().getFirst();
      String id = posted.headers().getFirst("webhook-id");
      String time = posted.headers().getFirst("webhook-timestamp");
      assertThat(id).isEqualTo(MESSAGE.id().toString());
      assertThat(time).isEqualTo(String.valueOf(EventTest.NOW.getEpochSecond()));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] expected = mac.doFinal((id + "." + time + "." + posted.body()).getBytes(UTF_8));
      assertThat(posted.headers().getFirst("webhook-signature"))
          .isEqualTo("v1," + Base64.getEncoder().encodeToString(expected));
      assertThat(posted.json().path("type").asString()).isEqualTo("dozo.notification");
      assertThat(posted.json().path("version").asInt()).isEqualTo(MessageJson.VERSION);
      assertThat(posted.json().at("/data/events/0/title").asString())
          .isEqualTo("web: no fresh backup");
      assertThat(posted.json().at("/data/events/0/details/vmName").asString()).isNotEmpty();
      assertThat(posted.json().path("text").asString()).contains("What to do");
      assertThat(posted.headers().toString() + posted.body()).doesNotContain(secret.substring(6));
    }
  }

  @Test
  void readsItsUrlAndSecretAnewEachTime() throws Exception {
    try (HookReceiver receiver = HookReceiver.plain()) {
      Path file = directory.resolve("url");
      WebhookSettings settings =
          new WebhookSettings(
              "chat",
              Optional.empty(),
              Optional.of(file),
              Optional.empty(),
              Optional.empty(),
              EnumSet.allOf(Topic.class));
      assertThat(refused(settings)).contains("cannot be read", file.toString());
      Files.writeString(file, "http://example.org/s3cret");
      assertThat(refused(settings)).contains("https://").doesNotContain("s3cret");
      Files.writeString(file, receiver.url().toString());

      assertThat(send(settings)).isEqualTo("200 thanks");
    }
  }

  @Test
  void refusesSecretsThatAreNone() throws Exception {
    for (String text : new String[] {"", "s3cret", "whsec_s3cret", "whsec_!!s3cret!!", "a\nb"}) {
      Path file = Files.writeString(directory.resolve("secret"), text);

      assertThat(
              refused(
                  settings(URI.create("http://127.0.0.1:1"), Optional.of(file), Optional.empty())))
          .contains(file.toString())
          .doesNotContain("s3cret");
    }
  }

  @Test
  void takesNothingButSuccessForSuccess() throws Exception {
    try (HookReceiver receiver = HookReceiver.plain()) {
      receiver.answer(500, "x".repeat(100_000));
      assertThat(refused(settings(receiver)))
          .startsWith("It answered 500 xxx")
          .hasSizeLessThan(400);
      receiver.answer(404, "");
      assertThat(refused(settings(receiver))).isEqualTo("It answered 404");
      receiver.answer(302, "");
      assertThat(refused(settings(receiver))).contains("302", "redirects are not followed");
      assertThat(receiver.posted()).extracting(HookReceiver.Posted::path).containsOnly("/hook");
    }
  }

  @Test
  void knowsTheServerByItsCertificate() throws Exception {
    TestIdentity identity = new TestIdentity(directory.resolve("tls"));
    try (HookReceiver receiver = HookReceiver.encrypted(identity.context())) {
      ServerTrust right = new ServerTrust.Pinned(identity.fingerprint());
      ServerTrust wrong = new ServerTrust.Pinned(Fingerprint.parse("ab".repeat(32)));

      assertThat(send(settings(receiver.url(), Optional.empty(), Optional.of(right))))
          .isEqualTo("200 thanks");
      assertThat(refused(settings(receiver.url(), Optional.empty(), Optional.of(wrong))))
          .contains("cannot be reached");
      assertThat(refused(settings(receiver))).contains("certification path");
      assertThat(receiver.posted()).hasSize(1);
    }
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(
            refused(
                settings(
                    URI.create("http://127.0.0.1:" + port + "/s3cret"),
                    Optional.empty(),
                    Optional.empty())))
        .startsWith("It cannot be reached")
        .doesNotContain("s3cret");
  }

  @Test
  void waitsForNobodyWhoHangs() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Webhook webhook =
          new Webhook(
              settings(
                  URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                  Optional.empty(),
                  Optional.empty()),
              CLOCK,
              new Patience(Duration.ofSeconds(60), Duration.ofMillis(200)));

      assertThat(catchThrowableOfType(DeliveryException.class, () -> webhook.send(MESSAGE)))
          .isNotNull();
    }
  }
}
