package dozo.cli;

import dozo.format.AuthenticationFailedException;
import dozo.format.ConnectionLostException;
import dozo.format.DozoException;
import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.RemoteException;
import dozo.format.UntrustedServerException;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.transport.FingerprintMismatchException;
import dozo.protocol.transport.JdkTls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Asks the admin API of a server. Safe for use by several threads. */
final class AdminClient implements AutoCloseable {

  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static final int ACCEPTED = 202;
  private static final int UNAUTHORIZED = 401;
  private static final int BAD_REQUEST = 400;

  private final JsonMapper mapper = new JsonMapper();
  private final HttpClient http;
  private final String base;
  private final Secret token;

  private AdminClient(HttpClient http, String base, Secret token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  /**
   * Prepares to ask a server.
   *
   * @param port of its admin API
   * @throws IllegalArgumentException if the settings name a Unix socket, or no token
   */
  static AdminClient open(ConnectionSettings settings, int port) throws IOException {
    if (!(settings.address() instanceof ServerAddress.Tcp(String host, int _))
        || settings.trust() == null
        || settings.token() == null) {
      throw new IllegalArgumentException(
          "The admin API is not on a Unix socket: give --server HOST, its --fingerprint and a token"
              + " of an operator or admin");
    }
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(JdkTls.forClient(settings.trust()))
            .connectTimeout(settings.connectTimeout())
            .build();
    String authority = new ServerAddress.Tcp(host, port).toString();
    return new AdminClient(http, "https://" + authority + "/api/v1", settings.token());
  }

  ObjectNode get(String path) throws IOException {
    return send("GET", path, null);
  }

  ObjectNode post(String path, @Nullable ObjectNode body) throws IOException {
    return send("POST", path, body);
  }

  void delete(String path) throws IOException {
    send("DELETE", path, null);
  }

  private ObjectNode send(String method, String path, @Nullable ObjectNode body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(ANSWER_TIMEOUT)
            .header("Authorization", "Bearer " + token.reveal())
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while asking the server");
    } catch (IOException e) {
      throw unreachable(e);
    }
    ObjectNode answer = object(response.body());
    if (response.statusCode() >= BAD_REQUEST) {
      throw refused(response.statusCode(), answer);
    }
    if (response.statusCode() == ACCEPTED && WaitsException.isToldBy(answer)) {
      throw new WaitsException(answer);
    }
    return answer;
  }

  private ObjectNode object(String body) {
    try {
      JsonNode node = body.isEmpty() ? null : mapper.readTree(body);
      return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    } catch (JacksonException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private IOException unreachable(IOException cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof FingerprintMismatchException mismatch) {
        return new UntrustedServerException(
            Fault.of("The server's certificate is another than the one that was pinned")
                .in(base)
                .expected(mismatch.expected().toString())
                .actual(mismatch.actual().toString())
                .cure("ask whoever runs the server for the fingerprint that it prints"),
            cause);
      }
    }
    return new ConnectionLostException(
        Fault.of("The admin API cannot be reached")
            .in(base)
            .cure("see whether the server runs, and whether --admin-port is its port"),
        cause);
  }

  private DozoException refused(int status, ObjectNode problem) {
    String detail = problem.path("detail").asString("The server answered " + status);
    Fault fault = Fault.of(detail).in(base);
    if (status == UNAUTHORIZED) {
      return new AuthenticationFailedException(fault.cure("give a token that is known there"));
    }
    ErrorCode code =
        switch (status) {
          case 403 -> ErrorCode.FORBIDDEN;
          case 404 -> ErrorCode.NOT_FOUND;
          case 409, 503 -> ErrorCode.BUSY;
          case BAD_REQUEST, 413 -> ErrorCode.INVALID;
          default -> ErrorCode.INTERNAL;
        };
    return new RemoteException(fault, code, false);
  }

  @Override
  public void close() {
    http.close();
  }
}
