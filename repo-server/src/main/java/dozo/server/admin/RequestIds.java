package dozo.server.admin;

import io.javalin.config.RoutesConfig;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.MDC;

/**
 * Gives each request an id, which its answer carries and whatever is logged on its thread: so that
 * what a client was told can be found in the log.
 */
final class RequestIds {

  private static final String NAME = "request";
  private static final String HEADER = "X-Request-Id";
  private static final int BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private RequestIds() {}

  static void addTo(RoutesConfig routes) {
    routes.before(http -> {
      byte[] id = new byte[BYTES];
      RANDOM.nextBytes(id);
      String text = HexFormat.of().formatHex(id);
      http.header(HEADER, text);
      MDC.put(NAME, text);
    });
    routes.after(http -> MDC.remove(NAME));
  }
}
