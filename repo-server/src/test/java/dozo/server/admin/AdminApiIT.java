package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.protocol.Fingerprint;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API over its real HTTPS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminApiIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String UNKNOWN = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

  private static final Set<AdminRoute> IN_PERSON =
      EnumSet.of(
          AdminRoute.SET_PASSWORD,
          AdminRoute.OFFER_TOTP,
          AdminRoute.CONFIRM_TOTP,
          AdminRoute.REMOVE_TOTP);

  @TempDir static Path directory;
  private ServerFixture fixture;
  private HttpClient http;
  private Secret admin;

  @BeforeAll
  void start() throws Exception {
    fixture = ServerFixture.start(directory);
    admin = fixture.token(Role.ADMIN);
    fixture.push(1024);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new OnlyTheServer()}, null);
    http = HttpClient.newBuilder().sslContext(context).build();
  }

  @AfterAll
  void stop() throws IOException {
    http.close();
    fixture.close();
  }

  /** The API shows the certificate whose fingerprint clients of the protocol pin. */
  private final class OnlyTheServer extends X509ExtendedTrustManager {
    private void check(X509Certificate[] chain) throws CertificateException {
      if (!Fingerprint.of(chain[0]).equals(fixture.server().fingerprint())) {
        throw new CertificateException("Another certificate");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private HttpResponse<String> call(String method, String path, Optional<Secret> token, String body)
      throws Exception {
    return http.send(request(method, path, token, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path, Optional<Secret> token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "https://127.0.0.1:" + fixture.server().adminPort().orElseThrow() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it.reveal()));
    return request.build();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response = call("GET", path, Optional.of(admin), "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("title").asString()).isNotEmpty();
  }

  /** The table. A route that is not in it does not compile. */
  private static Set<Role> mayUse(AdminRoute route) {
    return switch (route) {
      case HEALTH, READY, OPENAPI, LOG_IN, LOG_OUT, ME, VMS, RESTORE_POINTS, RESTORE_POINT ->
          EnumSet.allOf(Role.class);
      case SESSIONS,
          EVENTS,
          METRICS,
          AUDIT,
          REPOSITORY,
          KEYS,
          JOBS,
          BEGIN_JOB,
          JOB,
          STOP_JOB,
          PLAN,
          SIMULATE,
          WARNINGS,
          APPROVALS,
          APPROVAL,
          REJECT,
          NOTIFICATIONS,
          CLOCK,
          TRASH,
          UNDELETE,
          PINS,
          PIN ->
          EnumSet.of(Role.OPERATOR, Role.ADMIN);
      case TIME_LINE,
          MOUNTS,
          NBD_EXPORTS,
          OVERLAYS,
          SET_PASSWORD,
          OFFER_TOTP,
          CONFIRM_TOTP,
          REMOVE_TOTP ->
          EnumSet.of(Role.RESTORE, Role.OPERATOR, Role.ADMIN);
      case FILE, BEGIN_MOUNT, END_MOUNT, BEGIN_NBD_EXPORT, END_NBD_EXPORT ->
          EnumSet.of(Role.RESTORE, Role.ADMIN);
      case TOKENS,
          CREATE_TOKEN,
          REVOKE_TOKEN,
          USERS,
          CREATE_USER,
          REMOVE_USER,
          FORGET,
          UNPIN,
          ACKNOWLEDGE,
          APPROVE,
          TEST_NOTIFICATIONS,
          CONFIRM_CLOCK,
          DISCARD_OVERLAY,
          COMMIT_OVERLAY,
          EXPORT_OVERLAY,
          SET_PLAN ->
          EnumSet.of(Role.ADMIN);
    };
  }

  static Stream<Arguments> table() {
    return Stream.of(AdminRoute.values())
        .flatMap(route -> Stream.of(Role.values()).map(role -> Arguments.of(route, role)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void letsEachRoleInWhereItMay(AdminRoute route, Role role) throws Exception {
    Optional<Secret> token = Optional.of(fixture.token(role));
    if (route == AdminRoute.EVENTS && mayUse(route).contains(role)) {
      // It goes on for good, so that only its head is looked at.
      HttpRequest request = request(route.method(), route.path(), token, "");
      HttpResponse<InputStream> stream = http.send(request, BodyHandlers.ofInputStream());
      stream.body().close();
      assertThat(stream.statusCode()).isEqualTo(200);
      return;
    }
    HttpResponse<String> response =
        call(
            route.method(),
            path(route),
            token,
            route.method().equals("POST") ? "{\"name\":\"t\",\"role\":\"backup\"}" : "");
    if (IN_PERSON.contains(route) && role != Role.BACKUP) {
      // Only for the user, or for admins, which a token of another role is not.
      assertThat(response.statusCode()).isIn(400, 403, 404);
    } else if (mayUse(route).contains(role)) {
      assertThat(response.statusCode()).isIn(200, 201, 204, 400, 404);
    } else {
      assertProblem(response, 403);
    }
  }

  private static String path(AdminRoute route) {
    return route.path().replace("{id}", UNKNOWN).replace("{name}", "vm.xml");
  }

  @ParameterizedTest
  @MethodSource("closedRoutes")
  void wantsATokenEverywhereButForHealth(AdminRoute route) throws Exception {
    String path = path(route);
    HttpResponse<String> without = call(route.method(), path, Optional.empty(), "");
    assertProblem(without, 401);
    assertThat(without.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    assertProblem(call(route.method(), path, Optional.of(Secret.of("nonsense")), ""), 401);
  }

  static Stream<AdminRoute> closedRoutes() {
    return Stream.of(AdminRoute.values()).filter(route -> !route.isOpen());
  }

  @Test
  void tellsAnybodyThatItIsWell() throws Exception {
    HttpResponse<String> response = call("GET", "/api/v1/health", Optional.empty(), "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void listsVmsAndRestorePoints() throws Exception {
    JsonNode vm = get("/api/v1/vms").get("vms").get(0);
    assertThat(vm.get("name").asString()).isEqualTo("web");
    JsonNode points = get("/api/v1/restore-points?namespace=default&vm=" + vm.get("id").asString());
    String id = points.get("restorePoints").get(0).get("id").asString();
    assertThat(id).isEqualTo(vm.get("latestId").asString());
    assertThat(get("/api/v1/restore-points/" + id).get("disks").get(0).get("sizeBytes").asLong())
        .isEqualTo(1024);
    assertThat(get("/api/v1/restore-points?limit=1").get("next").asString()).isEqualTo(id);
    assertThat(get("/api/v1/restore-points?after=" + id).get("restorePoints").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/restore-points/nonsense, 400",
    "GET, /api/v1/restore-points/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b, 404",
    "GET, /api/v1/restore-points?limit=0, 400",
    "GET, /api/v1/restore-points?limit=x, 400",
    "GET, /api/v1/restore-points?vm=x, 400",
    "GET, /api/v1/time-line, 400",
    "GET, /api/v1/time-line?namespace=default&vm=x, 400",
    "GET, /api/v1/audit?limit=0, 400",
    "GET, /api/v1/audit?before=x, 400",
    "GET, /api/v1/nothing, 404",
    "GET, /nothing, 404",
    "DELETE, /api/v1/vms, 405",
    "DELETE, /api/v1/tokens/x, 400",
    "DELETE, /api/v1/tokens/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b, 404"
  })
  void saysWhatIsWrongAsAProblem(String method, String path, int status) throws Exception {
    assertProblem(call(method, path, Optional.of(admin), ""), status);
  }

  @ParameterizedTest
  @MethodSource("badTokens")
  void refusesTokensThatMakeNoSense(String body) throws Exception {
    assertProblem(call("POST", "/api/v1/tokens", Optional.of(admin), body), 400);
  }

  static Stream<String> badTokens() {
    return Stream.of(
        "nonsense",
        "[]",
        "{\"name\":\"t\"}",
        "{\"name\":\"t\",\"role\":\"king\"}",
        "{\"name\":\"\",\"role\":\"backup\"}",
        "{\"name\":\"t\",\"role\":\"backup\",\"expires\":\"soon\"}",
        "{\"name\":\"t\",\"role\":\"backup\",\"vms\":[\"x\"]}",
        "{\"name\":\"t\",\"role\":\"backup\",\"scope\":\"all\"}",
        "{\"name\":\"t\",\"role\":\"backup\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}");
  }

  @Test
  void boundsTheBody() throws Exception {
    assertProblem(call("POST", "/api/v1/tokens", Optional.of(admin), "x".repeat(1 << 20)), 413);
  }

  @Test
  void makesAndRevokesTokens() throws Exception {
    HttpResponse<String> made =
        call(
            "POST",
            "/api/v1/tokens",
            Optional.of(admin),
            "{\"name\":\"night\",\"role\":\"operator\",\"namespace\":\"default\"}");
    assertThat(made.statusCode()).isEqualTo(201);
    JsonNode token = JSON.readTree(made.body());
    Secret secret = Secret.of(token.get("secret").asString());
    assertThat(call("GET", "/api/v1/sessions", Optional.of(secret), "").statusCode())
        .isEqualTo(200);
    String listed = call("GET", "/api/v1/tokens", Optional.of(admin), "").body();
    assertThat(listed).contains(token.get("id").asString()).doesNotContain(secret.reveal());
    String path = "/api/v1/tokens/" + token.get("id").asString();
    assertThat(call("DELETE", path, Optional.of(admin), "").statusCode()).isEqualTo(204);
    assertProblem(call("GET", "/api/v1/sessions", Optional.of(secret), ""), 401);
  }

  @Test
  void servesThePageToAnybodyAndLetsItLoadNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = call("GET", "/", Optional.empty(), "");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .doesNotContain("unsafe", "http");
    assertThat(page.body()).contains("/app.js").doesNotContain("http:", "https:", "style=");
    assertThat(call("GET", "/app.js", Optional.empty(), "").body()).contains("import {");
    assertThat(call("GET", "/AdminPage.class", Optional.empty(), "").statusCode()).isEqualTo(404);
  }

  @Test
  void notesWhatIsChangedBeforeAndAfter() throws Exception {
    HttpResponse<String> made =
        call(
            "POST",
            "/api/v1/tokens",
            Optional.of(admin),
            "{\"name\":\"audited\",\"role\":\"backup\"}");
    JsonNode token = JSON.readTree(made.body());
    Secret secret = Secret.of(token.get("secret").asString());
    assertProblem(call("POST", "/api/v1/jobs", Optional.of(secret), "{}"), 403);
    assertProblem(call("POST", "/api/v1/tokens", Optional.of(admin), "{}"), 400);
    String path = "/api/v1/tokens/" + token.get("id").asString();
    assertThat(call("DELETE", path, Optional.of(admin), "").statusCode()).isEqualTo(204);

    String text = call("GET", "/api/v1/audit?limit=1000", Optional.of(admin), "").body();
    assertThat(text).doesNotContain(secret.reveal()).doesNotContain(admin.reveal());
    JsonNode revoked = get("/api/v1/audit?limit=2&action=revoke-token").get("entries");
    assertThat(revoked.get(0).get("outcome").asString()).isEqualTo("done");
    assertThat(revoked.get(0).get("details").get("id").asString())
        .isEqualTo(token.get("id").asString());
    assertThat(revoked.get(1).get("outcome").asString()).isEqualTo("begun");
    assertThat(revoked.get(0).get("details").get("of").asString())
        .isEqualTo(revoked.get(1).get("seq").asString());
    JsonNode refused = get("/api/v1/audit?limit=1&action=create-token").get("entries").get(0);
    assertThat(refused.get("outcome").asString()).isEqualTo("refused");
    JsonNode page = get("/api/v1/audit?limit=1");
    assertThat(page.get("next").asLong()).isEqualTo(page.get("entries").get(0).get("seq").asLong());
  }

  @Test
  void countsWhatGoesOn() throws Exception {
    String metrics = call("GET", "/metrics", Optional.of(admin), "").body();
    assertThat(metrics)
        .contains("dozo_received_zero_bytes_total 1024.0")
        .contains("dozo_sessions_ended_total{outcome=\"committed\"} 1.0")
        .contains("dozo_repository_restore_points 1.0")
        .contains("dozo_commit_seconds_count 1")
        .contains("dozo_connections ")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void speaksTls13AndNothingOlder() throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new OnlyTheServer()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket("127.0.0.1", fixture.server().adminPort().orElseThrow())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
  }
}
