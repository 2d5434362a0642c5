package dozo.server.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.protocol.ServerTrust;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.server.ServerConfiguration;
import dozo.server.ServerFixture;
import dozo.server.auth.Principal;
import dozo.server.channel.ChannelSettings;
import dozo.server.channel.HookReceiver;
import dozo.server.channel.MailAddress;
import dozo.server.channel.MailReceiver;
import dozo.server.channel.MailSettings;
import dozo.server.channel.MailTls;
import dozo.server.channel.TestIdentity;
import dozo.server.channel.Topic;
import dozo.server.channel.WebhookSettings;
import dozo.server.lease.LeaseStore;
import dozo.server.session.SessionLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/** A server that tells somebody on this host what happens. */
final class NotificationsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private HookReceiver receiver;
  private @Nullable ServerFixture started;

  @BeforeEach
  void listen() throws IOException {
    receiver = HookReceiver.plain();
  }

  @AfterEach
  void stop() throws IOException {
    if (started != null) {
      started.close();
    }
    receiver.close();
  }

  private ServerFixture fixture() {
    return Objects.requireNonNull(started);
  }

  private ChannelSettings hook() {
    return new WebhookSettings(
        "ops",
        Optional.of(receiver.url()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        EnumSet.allOf(Topic.class));
  }

  private void start(Optional<LocalTime> summaryAt, ChannelSettings... channels)
      throws IOException {
    NotificationSettings settings =
        new NotificationSettings(
            "backup1",
            List.of(channels),
            Duration.ZERO,
            NotificationSettings.USUAL_REPEAT,
            summaryAt,
            ZoneOffset.UTC);
    started = ServerFixture.start(directory, configuration -> tuned(configuration, settings));
  }

  private static ServerConfiguration tuned(
      ServerConfiguration configuration, NotificationSettings settings) {
    return configuration
        .withNotifications(settings)
        .withSessions(SessionLimits.STANDARD.withDetachedFor(Duration.ofMillis(100)));
  }

  /** A checkpoint that somebody made two days ago and did not remove. */
  private void leaveCheckpoint(int vm) throws Exception {
    Clock before = Clock.offset(Clock.systemUTC(), Duration.ofDays(-2));
    LeaseStore.open(fixture().repository().state(), before)
        .take(
            Principal.LOCAL,
            new TakeLease(
                new UUID(0x5L << 12, Long.MIN_VALUE | vm),
                new VmRef("default", new UUID(7, vm), "vm" + vm, "hv1"),
                "hyperv",
                "checkpoint"));
  }

  private void restart() throws IOException {
    fixture().stop();
    fixture().restart();
  }

  /** The ids of all events that came, each once. */
  private Set<String> events() {
    return receiver.posted().stream()
        .flatMap(posted -> posted.json().at("/data/events").valueStream())
        .map(event -> event.path("id").asString())
        .collect(Collectors.toSet());
  }

  private List<String> titles() {
    return receiver.posted().stream()
        .flatMap(posted -> posted.json().at("/data/events").valueStream())
        .map(event -> event.path("title").asString())
        .toList();
  }

  @Test
  void tellsOfWarningsOnceOverARestart() throws Exception {
    start(Optional.empty(), hook());
    leaveCheckpoint(1);
    restart();
    await().atMost(PATIENCE).until(() -> titles().contains("vm1: a checkpoint may be left"));
    leaveCheckpoint(2);
    restart();
    await().atMost(PATIENCE).until(() -> titles().contains("vm2: a checkpoint may be left"));

    // What was cut off by the server's end may come again, but is the same event then.
    assertThat(events()).hasSize(2);
    assertThat(receiver.posted().getFirst().json().at("/data/server").asString())
        .isEqualTo("backup1");
  }

  @Test
  void deliversAfterARestartWhatCouldNotBeDeliveredBefore() throws Exception {
    start(Optional.empty(), hook());
    receiver.answer(500, "not today");
    leaveCheckpoint(1);
    restart();
    await().atMost(PATIENCE).until(() -> receiver.posted().size() == 1);
    await()
        .atMost(PATIENCE)
        .until(() ->
            fixture()
                .server()
                .metrics()
                .scrape()
                .contains(
                    "dozo_notifications_messages_total{outcome=\"failed\",type=\"webhook\"} 1.0"));
    receiver.answer(200, "thanks");
    restart();

    await().atMost(PATIENCE).until(() -> receiver.posted().size() == 2);
    assertThat(receiver.posted())
        .extracting(posted -> posted.headers().getFirst("webhook-id"))
        .doesNotContainNull()
        .hasSameElementsAs(List.of(receiver.posted().getFirst().headers().getFirst("webhook-id")));
  }

  @Test
  void tellsOfABackupThatFailed() throws Exception {
    start(Optional.empty(), hook());
    fixture().silentSession(1024).close();

    await().atMost(PATIENCE).until(() -> titles().contains("web: backup failed"));
    assertThat(receiver.posted().getFirst().json().at("/data/events/0/details/vm").asString())
        .isEqualTo(ServerFixture.VM_ID.toString());
  }

  @Test
  void tellsThatItCannotLook() throws Exception {
    start(Optional.empty(), hook());
    fixture()
        .repository()
        .state()
        .put(new StateEntry("suspicions", new UUID(1, 1), JsonNodeFactory.instance.objectNode()));
    restart();

    await().atMost(PATIENCE).until(() -> titles().contains("The server cannot look for warnings"));
  }

  @Test
  void tellsOnceADayHowItStands() throws Exception {
    start(Optional.of(LocalTime.MIDNIGHT), hook());
    await().atMost(PATIENCE).until(() -> receiver.posted().size() == 1);

    assertThat(receiver.posted().getFirst().kinds()).containsExactly("summary");
    assertThat(titles()).containsExactly("0 restore points, 0 failures, 0 warnings");
  }

  @Test
  void showsASecretNowhere() throws Exception {
    String secret =
        Base64.getEncoder().encodeToString("0123456789abcdefghijklmnopqrstuv".getBytes(UTF_8));
    Path secretFile = Files.writeString(directory.resolve("secret"), "whsec_" + secret);
    Path login =
        Files.writeString(
            directory.resolve("login"), MailReceiver.USER + "\nwrong " + MailReceiver.PASSWORD);
    Path urlFile = Files.writeString(directory.resolve("url"), receiver.url() + "/s3cretPath");
    TestIdentity identity = new TestIdentity(directory.resolve("tls"));
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    appender.start();
    root.addAppender(appender);
    try (MailReceiver mail = MailReceiver.startingTls(identity.context())) {
      receiver.answer(500, "no");
      start(
          Optional.empty(),
          new WebhookSettings(
              "signed",
              Optional.of(receiver.url()),
              Optional.empty(),
              Optional.of(secretFile),
              Optional.empty(),
              EnumSet.allOf(Topic.class)),
          new WebhookSettings(
              "chat",
              Optional.empty(),
              Optional.of(urlFile),
              Optional.empty(),
              Optional.empty(),
              EnumSet.allOf(Topic.class)),
          new MailSettings(
              "admins",
              "127.0.0.1",
              mail.port(),
              MailTls.STARTTLS,
              Optional.of(login),
              Optional.of(new ServerTrust.Pinned(identity.fingerprint())),
              new MailAddress("dozo@example.org"),
              List.of(new MailAddress("ops@example.org")),
              EnumSet.allOf(Topic.class)));
      leaveCheckpoint(1);
      restart();
      await()
          .atMost(PATIENCE)
          .until(() -> {
            String scrape = fixture().server().metrics().scrape();
            return scrape.contains("{outcome=\"failed\",type=\"mail\"} 1.0")
                && scrape.contains("{outcome=\"failed\",type=\"webhook\"} 2.0");
          });
      fixture().stop();
      fixture().restart();
    } finally {
      root.detachAppender(appender);
    }

    String state = Files.readString(directory.resolve("server/notifications.json"));
    assertThat(state).contains("vm1", "user name and password");
    List<String> said =
        Stream.concat(
                Stream.of(state),
                List.copyOf(appender.list).stream()
                    .filter(event -> !event.getLoggerName().startsWith("org.subethamail"))
                    .map(NotificationsIT::text))
            .toList();
    for (String hidden : List.of(secret, MailReceiver.PASSWORD, "s3cretPath")) {
      assertThat(said).noneMatch(line -> line.contains(hidden));
    }
  }

  private static String text(ILoggingEvent event) {
    return event.getFormattedMessage()
        + (event.getThrowableProxy() == null
            ? ""
            : ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }
}
