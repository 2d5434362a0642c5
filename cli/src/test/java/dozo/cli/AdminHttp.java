package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Fingerprint;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The admin API of a server as a token's holder meets it with any HTTP client. */
final class AdminHttp {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final String base;
  private final Secret token;

  AdminHttp(int port, String fingerprint, Secret token) throws IOException {
    ServerTrust trust = new ServerTrust.Pinned(Fingerprint.parse(fingerprint));
    this.http = HttpClient.newBuilder().sslContext(JdkTls.forClient(trust)).build();
    this.base = "https://127.0.0.1:" + port + "/api/v1";
    this.token = token;
  }

  /** An answer. */
  record Answer(int status, JsonNode body) {

    Answer expect(int expected) {
      assertThat(status).as("%s", body).isEqualTo(expected);
      return this;
    }

    String text(String name) {
      return body.path(name).asString("");
    }
  }

  Answer get(String path) throws Exception {
    return call("GET", path, "");
  }

  Answer post(String path, String body) throws Exception {
    return call("POST", path, body);
  }

  Answer delete(String path) throws Exception {
    return call("DELETE", path, "");
  }

  private Answer call(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Authorization", "Bearer " + token.reveal())
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    JsonNode node =
        response.body().isEmpty()
            ? JsonNodeFactory.instance.objectNode()
            : JSON.readTree(response.body());
    return new Answer(response.statusCode(), node);
  }
}
