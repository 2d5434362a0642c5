package dozo.server.admin;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page for admins: files that stand in the jar and need no token, since they say nothing of
 * this server. What they show they ask the API for, with the token of whoever looks.
 */
final class AdminPage {

  /** Only what comes from here, and nothing that stands in the page itself, is run or shown. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final int NOT_MODIFIED = 304;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String OWN = "/dozo/server/page/";

  /** The chart library, as its publisher packs it; the parent pom has the version. */
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** Their names, in the directory of resources beside this package. */
  private static final List<String> FILES =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "api.js",
          "app.js",
          "approvals.js",
          "audit.js",
          "calendar.js",
          "chart.js",
          "dom.js",
          "events.js",
          "login.js",
          "mounts.js",
          "notifications.js",
          "overview.js",
          "plan.js",
          "point.js",
          "retention.js",
          "tasks.js",
          "timeline.js",
          "tokens.js",
          "users.js",
          "vms.js");

  private static final class File {
    private final byte[] content;
    private final String type;
    private final String tag;

    File(byte[] content, String type, String tag) {
      this.content = content;
      this.type = type;
      this.tag = tag;
    }
  }

  private AdminPage() {}

  static void addTo(RoutesConfig routes) {
    Map<String, File> files = new LinkedHashMap<>();
    for (String name : FILES) {
      files.put(name, read(OWN + name));
    }
    files.put("uplot.js", read(CHARTS + "uPlot.esm.js"));
    files.put("uplot.css", read(CHARTS + "uPlot.min.css"));
    files.forEach((name, file) -> routes.get("/" + name, http -> answer(http, file)));
    File first = read(OWN + FILES.getFirst());
    routes.get("/", http -> answer(http, first));
  }

  private static File read(String name) {
    try (InputStream in = AdminPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The page's file " + name + " is not in the jar");
      }
      byte[] content = in.readAllBytes();
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        throw new IllegalStateException("No type is known for " + name);
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return new File(content, type, "\"" + HexFormat.of().formatHex(hash, 0, 16) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256", e);
    }
  }

  private static void answer(Context http, File file) {
    http.header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Cache-Control", "no-cache")
        .header("ETag", file.tag);
    if (file.tag.equals(http.header("If-None-Match"))) {
      http.status(NOT_MODIFIED);
    } else {
      http.contentType(file.type).result(file.content);
    }
  }
}
