package dozo.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Requests made from the OpenAPI document, good ones and odd ones: whatever comes, the answer is
 * one that the document has, and never that the server failed. {@code dozo.test.apiRequests} says
 * how many, {@code dozo.test.seed} which.
 */
final class ApiFuzzIT {

  /** All but the stream of events, which does not end by itself. */
  private static final List<AdminRoute> ROUTES =
      Stream.of(AdminRoute.values()).filter(route -> route != AdminRoute.EVENTS).toList();

  private static final int SHOWN = 2_000;

  @TempDir Path directory;

  @Test
  void answersWhateverComes() throws Exception {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    int requests = Integer.getInteger("dozo.test.apiRequests", 1_500);
    Random random = new Random(seed);
    List<String> ids = new ArrayList<>();
    try (ServerFixture fixture = ServerFixture.start(directory);
        ApiCaller api = new ApiCaller(fixture)) {
      Secret admin = fixture.token(Role.ADMIN);
      for (int i = 0; i < 3; i++) {
        ids.add(fixture.pushWithFile("vm.xml", "<domain/>".getBytes(UTF_8)).toString());
      }
      ids.add(ServerFixture.VM_ID.toString());
      ids.add(new UUID(1, 2).toString());
      ApiSchema schema = ApiSchema.load();
      RequestMaker maker = new RequestMaker(schema, random, ids);
      for (int i = 0; i < requests; i++) {
        AdminRoute route = ROUTES.get(random.nextInt(ROUTES.size()));
        RequestMaker.Made made = maker.make(route);
        String said =
            "Request %d of -Ddozo.test.seed=%d: %s %s%n%s"
                .formatted(i, seed, made.method(), made.path(), shown(made.body()));
        HttpResponse<byte[]> response = send(api, request(api, admin, made), said);
        assertThat(response.statusCode())
            .as("%s%n%s", said, shown(response.body()))
            .isLessThan(500);
        if (response.statusCode() < 300) {
          ApiCaller.requireAsDescribed(schema, route, response, new String(response.body(), UTF_8));
          learn(response, ids, random);
        }
      }
      assertThat(api.get(admin, "/api/v1/health").get("status").asString()).isEqualTo("ok");
    }
  }

  /**
   * Sends a request, and once more if it met a connection that the server had just closed, because
   * it does not read bodies where none belong.
   */
  private static HttpResponse<byte[]> send(ApiCaller api, HttpRequest request, String said)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return api.send(request, BodyHandlers.ofByteArray());
      } catch (IOException e) {
        if (attempt == 2) {
          throw new AssertionError(said, e);
        }
      }
    }
  }

  private static HttpRequest request(ApiCaller api, Secret admin, RequestMaker.Made made) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.base() + made.path()))
            .header("Authorization", "Bearer " + admin.reveal())
            .method(
                made.method(),
                made.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(made.body()));
    made.headers().forEach(request::header);
    return request.build();
  }

  private static String shown(byte[] body) {
    String text = new String(body, UTF_8);
    return text.substring(0, Math.min(text.length(), SHOWN));
  }

  /** Ids of what was made, so that later requests are about something. */
  private static void learn(HttpResponse<byte[]> response, List<String> ids, Random random) {
    if (response.statusCode() == 201 || response.statusCode() == 202) {
      JsonNode made = ApiCaller.JSON.readTree(response.body());
      if (ids.size() > 50) {
        ids.remove(random.nextInt(ids.size()));
      }
      ids.add(made.path("id").asString(""));
    }
  }
}
