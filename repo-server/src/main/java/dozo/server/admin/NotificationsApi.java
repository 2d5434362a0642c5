package dozo.server.admin;

import dozo.server.auth.Principal;
import dozo.server.channel.Topic;
import dozo.server.notify.ChannelStatus;
import dozo.server.notify.ChannelTrial;
import dozo.server.notify.NotificationSettings;
import dozo.server.notify.Notifications;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer about who is told what: for tokens without a scope, and without anything
 * secret. A test makes the server speak to somebody else, so that there are few of them.
 */
final class NotificationsApi {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;

  private static final int TESTS = 10;
  private static final Duration TEST_PERIOD = Duration.ofSeconds(10);

  /** All clients together: it is the far end that is to be spared. */
  private static final String EVERYBODY = "everybody";

  private final Notifications notifications;
  private final AttemptLimiter tests = new AttemptLimiter(TESTS, TEST_PERIOD, System::nanoTime);

  NotificationsApi(Notifications notifications) {
    this.notifications = notifications;
  }

  void show(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    NotificationSettings settings = notifications.settings();
    ObjectNode body =
        AdminJson.object()
            .put("server", settings.server())
            .put("groupSeconds", settings.group().toSeconds())
            .put("repeatSeconds", settings.repeat().toSeconds());
    settings.summaryAt().ifPresent(at -> body.put("summaryAt", at.toString()));
    ArrayNode channels = body.putArray("channels");
    notifications.status().forEach(status -> channels.add(json(status)));
    AdminJson.answer(http, body);
  }

  private static ObjectNode json(ChannelStatus status) {
    ObjectNode node =
        AdminJson.object()
            .put("name", status.settings().name())
            .put("type", status.settings().type().word())
            .put("target", status.settings().target())
            .put("waiting", status.waiting());
    ArrayNode tells = node.putArray("tell");
    status.settings().topics().stream().sorted().map(Topic::word).forEach(tells::add);
    status.failingSince().ifPresent(since -> node.put("failingSince", since.toString()));
    put(node, "lastSuccess", status.lastSuccess());
    put(node, "lastFailure", status.lastFailure());
    return node;
  }

  private static void put(ObjectNode node, String name, Optional<ChannelStatus.Outcome> outcome) {
    outcome.ifPresent(
        each -> node.putObject(name).put("at", each.at().toString()).put("said", each.said()));
  }

  void test(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "test");
    Optional<String> channel = members.text("channel");
    members.requireAllTaken();
    requireChannel(channel);
    if (tests.isExhausted(EVERYBODY)) {
      http.header("Retry-After", Long.toString(tests.retryAfterSeconds()));
      throw new ProblemException(TOO_MANY_REQUESTS, "Too many tests; try again in 10 seconds");
    }
    tests.failed(EVERYBODY);
    channel.ifPresent(name -> AuditedCall.tell(http, "channel", name));
    List<ChannelTrial.Result> results = notifications.test(caller.name(), channel);
    AuditedCall.tell(
        http, "delivered", results.stream().filter(ChannelTrial.Result::delivered).count());
    AuditedCall.tell(http, "channels", results.size());
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("results");
    results.forEach(each ->
        list.addObject()
            .put("channel", each.channel())
            .put("delivered", each.delivered())
            .put("said", each.said()));
    AdminJson.answer(http, body);
  }

  private void requireChannel(Optional<String> channel) throws ProblemException {
    if (notifications.settings().channels().isEmpty()) {
      throw new ProblemException(
          CONFLICT, "No channel is set up: see \"notifications\" in the server's configuration");
    }
    if (channel.isPresent()
        && notifications.settings().channels().stream()
            .noneMatch(each -> each.name().equals(channel.get()))) {
      throw new ProblemException(NOT_FOUND, "There is no channel of that name");
    }
  }
}
