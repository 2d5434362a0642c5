package dozo.server.admin;

import dozo.server.auth.Principal;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for an hour what was answered to requests that carry an idempotency key, so that a
 * client who did not hear the answer can ask again without doing it twice. Only what was done is
 * remembered: a request that failed may be made again. Nothing of it outlives the server, since the
 * answer may hold a new token's secret.
 *
 * <p>Safe for use by several threads.
 */
final class RepeatedRequests {

  private static final String HEADER = "Idempotency-Key";
  private static final String REPLAYED = "Idempotent-Replayed";
  private static final int MAXIMUM_KEY = 255;
  private static final int REMEMBERED = 1_000;
  private static final Duration KEPT = Duration.ofHours(1);
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final InstantSource clock;
  private final Map<Key, Answer> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Answer> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Key(UUID principal, String path, String text) {}

  /**
   * What was answered.
   *
   * @param request a digest of the body that was sent
   * @param told empty while it is being worked out
   */
  private record Answer(String request, Instant at, Optional<Told> told) {}

  private record Told(int status, @Nullable String type, @Nullable String location, String body) {}

  /** Answers a request. */
  @FunctionalInterface
  interface Work {
    /** Does what is asked for. */
    void run() throws Exception;
  }

  RepeatedRequests(InstantSource clock) {
    this.clock = clock;
  }

  /** Answers a request, if it was not answered before. */
  void once(Context http, Principal caller, Work work) throws Exception {
    @Nullable String text = http.header(HEADER);
    if (text == null) {
      work.run();
      return;
    }
    if (text.isEmpty()
        || text.length() > MAXIMUM_KEY
        || text.chars().anyMatch(character -> character < '!' || character > '~')) {
      throw new ProblemException(
          BAD_REQUEST, "An idempotency key has 1 to 255 visible ASCII characters");
    }
    Key key = new Key(caller.id(), http.path(), text);
    String request = AdminJson.digest(http.bodyAsBytes());
    Optional<Answer> before = begin(key, request);
    if (before.isPresent()) {
      replay(http, request, before.get());
      return;
    }
    boolean done = false;
    try {
      work.run();
      done = http.statusCode() < BAD_REQUEST;
    } finally {
      end(key, done ? Optional.of(told(http)) : Optional.empty());
    }
  }

  private synchronized Optional<Answer> begin(Key key, String request) {
    Instant now = clock.instant();
    @Nullable Answer before = answers.get(key);
    if (before != null && (before.told().isEmpty() || now.isBefore(before.at().plus(KEPT)))) {
      return Optional.of(before);
    }
    answers.remove(key);
    answers.put(key, new Answer(request, now, Optional.empty()));
    return Optional.empty();
  }

  private synchronized void end(Key key, Optional<Told> told) {
    @Nullable Answer begun = answers.get(key);
    if (begun == null) {
      return;
    }
    if (told.isEmpty()) {
      answers.remove(key);
    } else {
      answers.put(key, new Answer(begun.request(), begun.at(), told));
    }
  }

  private static Told told(Context http) {
    @Nullable String body = http.result();
    return new Told(
        http.statusCode(),
        http.res().getContentType(),
        http.res().getHeader("Location"),
        body == null ? "" : body);
  }

  private static void replay(Context http, String request, Answer answer) throws ProblemException {
    if (!answer.request().equals(request)) {
      throw new ProblemException(
          UNPROCESSABLE, "That idempotency key was used for another request; draw a new one");
    }
    Told told =
        answer
            .told()
            .orElseThrow(
                () -> new ProblemException(CONFLICT, "The first request of that key is under way"));
    http.status(told.status()).header(REPLAYED, "true");
    if (told.location() != null) {
      http.header("Location", told.location());
    }
    if (!told.body().isEmpty()) {
      http.contentType(told.type() == null ? "application/json" : told.type())
          .result(told.body().getBytes(StandardCharsets.UTF_8));
    }
  }
}
