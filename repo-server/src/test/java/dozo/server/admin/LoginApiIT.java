package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Logging in as a browser does. */
final class LoginApiIT {

  private static final String PASSWORD = "correct horse battery";
  private static final String LOG_IN = "/api/v1/login";
  private static final String ME = "/api/v1/me";

  @TempDir Path directory;
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret admin;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    admin = fixture.token(Role.ADMIN);
    api = new ApiCaller(fixture);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
  }

  /** What a browser keeps of a log-in. */
  private record Browser(String cookie, String csrf, String id) {}

  private String user(String name, String role) throws Exception {
    String body =
        "{\"name\":\"%s\",\"role\":\"%s\",\"password\":\"%s\"}".formatted(name, role, PASSWORD);
    return api.json(201, admin, "POST", "/api/v1/users", body).get("id").asString();
  }

  private HttpResponse<String> send(
      String method, String path, String body, Map<String, String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.base() + path))
            .timeout(Duration.ofMinutes(2))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return api.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> attempt(String name, String password, String more) throws Exception {
    String body = "{\"name\":\"%s\",\"password\":\"%s\"%s}".formatted(name, password, more);
    return send("POST", LOG_IN, body, Map.of());
  }

  private Browser logIn(String name, String more) throws Exception {
    HttpResponse<String> in = attempt(name, PASSWORD, more);
    assertThat(in.statusCode()).as(in.body()).isEqualTo(200);
    String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
    JsonNode body = ApiCaller.JSON.readTree(in.body());
    return new Browser(
        cookie.replaceFirst(";.*", ""), body.get("csrf").asString(), body.get("id").asString());
  }

  private HttpResponse<String> as(Browser browser, String method, String path, String body)
      throws Exception {
    return send(
        method, path, body, Map.of("Cookie", browser.cookie(), "X-Dozo-Csrf", browser.csrf()));
  }

  @Test
  void letsAUserInUntilTheyLogOut() throws Exception {
    user("anna", "operator");

    HttpResponse<String> in = attempt("anna", PASSWORD, "");
    Browser browser = logIn("anna", "");

    assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("__Host-dozo-session=")
        .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict")
        .doesNotContain("Domain");
    assertThat(in.body()).doesNotContain(PASSWORD);
    JsonNode me = ApiCaller.JSON.readTree(as(browser, "GET", ME, "").body());
    assertThat(me.get("name").asString()).isEqualTo("anna");
    assertThat(me.get("csrf").asString()).isEqualTo(browser.csrf());
    assertThat(as(browser, "GET", "/api/v1/tokens", "").statusCode()).isEqualTo(403);
    HttpResponse<String> out = as(browser, "POST", "/api/v1/logout", "");
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
    assertThat(as(browser, "GET", ME, "").statusCode()).isEqualTo(401);
  }

  @Test
  void takesNoChangeThatAnotherSitesPageCouldHaveMade() throws Exception {
    user("anna", "admin");
    Browser browser = logIn("anna", "");
    Browser other = logIn("anna", "");
    String body = "{\"name\":\"t\",\"role\":\"backup\"}";
    String path = "/api/v1/tokens";

    assertThat(send("POST", path, body, Map.of("Cookie", browser.cookie())).statusCode())
        .isEqualTo(403);
    assertThat(
            send(
                    "POST",
                    path,
                    body,
                    Map.of("Cookie", browser.cookie(), "X-Dozo-Csrf", other.csrf()))
                .statusCode())
        .isEqualTo(403);
    assertThat(as(browser, "POST", path, body).statusCode()).isEqualTo(201);
  }

  @Test
  void tellsNobodyWhatWasWrongAndWearsOut() throws Exception {
    user("anna", "restore");
    String refused = attempt("anna", "correct horse batterz", "").body();

    assertThat(attempt("nobody", PASSWORD, "").body()).isEqualTo(refused);
    for (int i = 0; i < 8; i++) {
      assertThat(attempt("anna", "wrong", "").statusCode()).isEqualTo(401);
    }
    HttpResponse<String> worn = attempt("anna", PASSWORD, "");
    assertThat(worn.statusCode()).isEqualTo(429);
    assertThat(worn.headers().firstValue("Retry-After")).contains("30");
    // Who has a token is not held up by that.
    assertThat(api.get(admin, "/api/v1/users").get("users")).hasSize(1);
  }

  @Test
  void asksForOneTimeCodesOfThoseWhoWantThat() throws Exception {
    String id = user("anna", "admin");
    Browser browser = logIn("anna", "");
    String totp = "/api/v1/users/" + id + "/totp";
    String uri =
        ApiCaller.JSON.readTree(as(browser, "POST", totp, "").body()).get("uri").asString();
    String key = uri.replaceFirst(".*secret=", "").replaceFirst("&.*", "");

    assertThat(as(browser, "PUT", totp, "{\"code\":\"x\"}").statusCode()).isEqualTo(409);
    assertThat(attempt("anna", PASSWORD, "").body()).contains("csrf");
    String code = code(key, 0);
    assertThat(as(browser, "PUT", totp, "{\"code\":\"" + code + "\"}").statusCode()).isEqualTo(204);

    HttpResponse<String> needed = attempt("anna", PASSWORD, "");
    assertThat(needed.body()).isEqualTo("{\"codeNeeded\":true}");
    assertThat(needed.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(attempt("anna", PASSWORD, ",\"code\":\"" + code + "\"").statusCode())
        .as("a code that was used")
        .isEqualTo(401);
    logIn("anna", ",\"code\":\"" + code(key, 1) + "\"");
    assertThat(api.call(admin, "DELETE", totp, "").statusCode()).isEqualTo(204);
    logIn("anna", "");
  }

  /** The code that an app shows so many periods from now. */
  private static String code(String key, int ahead) throws GeneralSecurityException {
    return Authenticator.code(key, Instant.now().plusSeconds(30L * ahead));
  }

  @Test
  void endsSessionsWithTheUserAndWithThePassword() throws Exception {
    String anna = user("anna", "operator");
    String bert = user("bert", "operator");
    Browser ofAnna = logIn("anna", "");
    Browser ofBert = logIn("bert", "");
    HttpRequest events =
        HttpRequest.newBuilder(URI.create(api.base() + "/api/v1/events"))
            .header("Cookie", ofAnna.cookie())
            .build();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                api.send(events, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("event: sessions");

      String next = "{\"password\":\"another good password\",\"before\":\"%s\"}";
      String path = "/api/v1/users/" + anna + "/password";
      assertThat(as(ofAnna, "PUT", path, next.formatted("wrong")).statusCode()).isEqualTo(403);
      assertThat(as(ofBert, "PUT", path, next.formatted(PASSWORD)).statusCode()).isEqualTo(403);
      assertThat(as(ofAnna, "PUT", path, next.formatted(PASSWORD)).statusCode()).isEqualTo(204);

      assertThat(lines.lines().toList()).contains("event: end");
    }
    assertThat(as(ofAnna, "GET", ME, "").statusCode()).isEqualTo(401);
    assertThat(attempt("anna", PASSWORD, "").statusCode()).isEqualTo(401);
    assertThat(as(ofBert, "GET", ME, "").statusCode()).isEqualTo(200);
    assertThat(api.call(admin, "DELETE", "/api/v1/users/" + bert, "").statusCode()).isEqualTo(204);
    assertThat(as(ofBert, "GET", ME, "").statusCode()).isEqualTo(401);
  }

  @Test
  void refusesUsersThatMakeNoSense() throws Exception {
    user("anna", "admin");
    for (String wrong :
        new String[] {
          "{\"name\":\"anna\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}",
          "{\"name\":\"bert\",\"role\":\"backup\",\"password\":\"" + PASSWORD + "\"}",
          "{\"name\":\"bert\",\"role\":\"admin\",\"password\":\"short\"}",
          "{\"name\":\"\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}",
          "{\"name\":\"bert\",\"role\":\"admin\"}"
        }) {
      assertThat(api.call(admin, "POST", "/api/v1/users", wrong).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    String listed = api.get(admin, "/api/v1/users").toString();
    assertThat(listed).contains("anna").doesNotContain("argon2", "bert");
  }

  @Test
  void letsNobodyRiseAboveTheirScope() throws Exception {
    String anna = user("anna", "restore");
    Secret scoped = fixture.token(Role.ADMIN, Scope.of("default"));
    String token = "{\"name\":\"t\",\"role\":\"admin\"}";
    String user = "{\"name\":\"t\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}";
    String password = "{\"password\":\"another good password\"}";

    assertThat(api.call(scoped, "POST", "/api/v1/tokens", token).statusCode()).isEqualTo(403);
    assertThat(api.call(scoped, "POST", "/api/v1/users", user).statusCode()).isEqualTo(403);
    assertThat(
            api.call(scoped, "PUT", "/api/v1/users/" + anna + "/password", password).statusCode())
        .isEqualTo(403);
    assertThat(
            api.call(
                    fixture.token(Role.OPERATOR),
                    "PUT",
                    "/api/v1/users/" + anna + "/password",
                    password)
                .statusCode())
        .isEqualTo(403);
  }
}
