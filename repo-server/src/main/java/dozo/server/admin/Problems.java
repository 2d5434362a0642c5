package dozo.server.admin;

import dozo.format.NotFoundException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.EOFException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/** Errors as problem documents (RFC 9457). */
final class Problems {

  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String ANSWERED = "problem";

  private Problems() {}

  static void addTo(RoutesConfig routes) {
    routes.exception(
        ProblemException.class,
        (problem, http) -> answer(http, problem.status(), message(problem)));
    routes.exception(
        IllegalArgumentException.class, (fault, http) -> answer(http, 400, message(fault)));
    routes.exception(NotFoundException.class, (fault, http) -> answer(http, 404, message(fault)));
    routes.exception(
        HttpResponseException.class,
        (fault, http) -> answer(http, fault.getStatus(), message(fault)));
    // Whoever went away in the middle of a request gets no answer, and is no fault of the server's.
    routes.exception(
        EOFException.class,
        (gone, http) -> log.debug("A client went away path={}", http.path(), gone));
    routes.exception(
        Exception.class,
        (fault, http) -> {
          log.error(
              "A request to the API failed method={} path={}", http.method(), http.path(), fault);
          answer(http, 500, "The server failed; its log says how");
        });
    for (int status : new int[] {400, 404, 405, 413}) {
      routes.error(
          status,
          http -> {
            if (http.attribute(ANSWERED) == null) {
              answer(http, status, "");
            }
          });
    }
  }

  private static String message(Exception fault) {
    @Nullable String message = fault.getMessage();
    return message == null ? "" : message;
  }

  private static void answer(Context http, int status, String detail) {
    HttpStatus known = HttpStatus.forStatus(status);
    var problem =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("title", known.getMessage())
            .put("status", status);
    if (!detail.isEmpty()) {
      problem.put("detail", detail);
    }
    http.attribute(ANSWERED, true);
    http.status(status).contentType(MEDIA_TYPE).result(problem.toString());
  }
}
