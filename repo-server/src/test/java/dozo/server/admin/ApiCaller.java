package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the API of a fixture's server over HTTPS, as the holder of a token. */
final class ApiCaller implements AutoCloseable {

  static final JsonMapper JSON = new JsonMapper();

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerFixture fixture;
  private final ApiSchema schema;
  private final HttpClient http;

  ApiCaller(ServerFixture fixture) throws IOException {
    this.fixture = fixture;
    this.schema = ApiSchema.load();
    this.http =
        HttpClient.newBuilder()
            .sslContext(JdkTls.forClient(new ServerTrust.Pinned(fixture.server().fingerprint())))
            .build();
  }

  /** A request of a token's holder, with further headers as name, value, name, value. */
  HttpRequest request(Secret token, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token.reveal())
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  String base() {
    return "https://127.0.0.1:" + fixture.server().adminPort().orElseThrow();
  }

  <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return http.send(request, handler);
  }

  HttpResponse<String> call(
      Secret token, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(request(token, method, path, body, headers), BodyHandlers.ofString());
    AdminRoute route =
        Stream.of(AdminRoute.values())
            .filter(each -> each.method().equals(method) && isOf(each, path))
            .findFirst()
            .orElseThrow(() -> new AssertionError("There is no route " + method + " " + path));
    requireAsDescribed(schema, route, response, response.body());
    return response;
  }

  private static boolean isOf(AdminRoute route, String path) {
    return path.replaceFirst("\\?.*", "").matches(route.path().replaceAll("\\{[a-z]+\\}", "[^/]+"));
  }

  /** Holds an answer to what the OpenAPI document says of it. */
  static void requireAsDescribed(
      ApiSchema schema, AdminRoute route, HttpResponse<?> response, String text) {
    JsonNode described =
        schema.operation(route).path("responses").path(String.valueOf(response.statusCode()));
    assertThat(described.isObject())
        .as("%s answers with %d: %s", route, response.statusCode(), text)
        .isTrue();
    JsonNode content = schema.resolve(described).path("content");
    if (content.isMissingNode()) {
      assertThat(text).as("%s", route).isEmpty();
      return;
    }
    String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    assertThat(content.propertyNames()).as("%s", route).contains(type);
    if (type.endsWith("json")) {
      assertThat(schema.faults(content.get(type).get("schema"), JSON.readTree(text)))
          .as("%s answers %s", route, text)
          .isEmpty();
    }
  }

  /** The JSON that a request is answered with, if it is answered with that status. */
  JsonNode json(int status, Secret token, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response = call(token, method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  JsonNode get(Secret token, String path) throws IOException, InterruptedException {
    return json(200, token, "GET", path, "");
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
