package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import dozo.server.channel.HookReceiver;
import dozo.server.channel.Topic;
import dozo.server.channel.WebhookSettings;
import dozo.server.notify.NotificationSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Who is told what, and whether that works, through the API. */
final class NotificationsApiIT {

  private static final String NOTIFICATIONS = "/api/v1/notifications";
  private static final String TEST = NOTIFICATIONS + "/test";

  @TempDir Path directory;
  private HookReceiver receiver;
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret admin;

  @BeforeEach
  void start() throws IOException {
    receiver = HookReceiver.plain();
    NotificationSettings settings =
        new NotificationSettings(
            "backup1",
            List.of(
                hook("ops", URI.create(receiver.url() + "/s3cret?token=s3cret")),
                hook("dead", URI.create("http://127.0.0.1:1/s3cret"))),
            NotificationSettings.USUAL_GROUP,
            NotificationSettings.USUAL_REPEAT,
            Optional.empty(),
            ZoneOffset.UTC);
    fixture =
        ServerFixture.start(directory, configuration -> configuration.withNotifications(settings));
    admin = fixture.token(Role.ADMIN);
    api = new ApiCaller(fixture);
  }

  private static WebhookSettings hook(String name, URI url) {
    return new WebhookSettings(
        name,
        Optional.of(url),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(Topic.WARNINGS));
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
    receiver.close();
  }

  @Test
  void tellsWhatTheFarEndSaid() throws Exception {
    receiver.answer(200, "welcome");
    JsonNode results = api.json(200, admin, "POST", TEST, "{}").get("results");

    assertThat(results.at("/0/channel").asString()).isEqualTo("ops");
    assertThat(results.at("/0/delivered").asBoolean()).isTrue();
    assertThat(results.at("/0/said").asString()).isEqualTo("200 welcome");
    assertThat(results.at("/1/delivered").asBoolean()).isFalse();
    assertThat(results.at("/1/said").asString()).startsWith("It cannot be reached");
    assertThat(receiver.posted().getFirst().kinds()).containsExactly("test");

    JsonNode shown = api.get(admin, NOTIFICATIONS);
    assertThat(shown.at("/channels/0/lastSuccess/said").asString()).isEqualTo("200 welcome");
    assertThat(shown.at("/channels/0").has("failingSince")).isFalse();
    assertThat(shown.at("/channels/1").has("failingSince")).isTrue();
    assertThat(shown.at("/channels/0/target").asString()).startsWith("http://127.0.0.1:");
    assertThat(shown.toString() + results).doesNotContain("s3cret");
    JsonNode noted = api.get(admin, "/api/v1/audit?limit=1&action=test-notifications");
    assertThat(noted.at("/entries/0/details/delivered").asString()).isEqualTo("1");
    assertThat(noted.at("/entries/0/details/channels").asString()).isEqualTo("2");
  }

  @Test
  void triesOneChannelAndNoneThatIsNotThere() throws Exception {
    JsonNode results = api.json(200, admin, "POST", TEST, "{\"channel\":\"ops\"}").get("results");
    assertThat(results).hasSize(1);

    assertThat(api.call(admin, "POST", TEST, "{\"channel\":\"x\"}").statusCode()).isEqualTo(404);
    assertThat(api.call(admin, "POST", TEST, "{\"chanel\":\"x\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void isForAdminsOfTheWholeServer() throws Exception {
    Secret some = fixture.token(Role.ADMIN, Scope.of("other"));

    assertThat(api.call(fixture.token(Role.OPERATOR), "POST", TEST, "{}").statusCode())
        .isEqualTo(403);
    assertThat(api.call(some, "POST", TEST, "{}").statusCode()).isEqualTo(403);
    assertThat(api.call(some, "GET", NOTIFICATIONS, "").statusCode()).isEqualTo(403);
    assertThat(receiver.posted()).isEmpty();
  }

  @Test
  void sparesTheFarEnd() throws Exception {
    String body = "{\"channel\":\"ops\"}";
    HttpResponse<String> last = api.call(admin, "POST", TEST, body);
    for (int i = 0; i < 1_000 && last.statusCode() == 200; i++) {
      last = api.call(admin, "POST", TEST, body);
    }

    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).isPresent();
  }
}
