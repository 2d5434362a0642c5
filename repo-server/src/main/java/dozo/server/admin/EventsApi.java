package dozo.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a client what goes on as it changes, by server-sent events: {@code sessions} and {@code
 * jobs}, each with all of them as they are. So a client that lost its connection and comes back has
 * missed nothing that still holds.
 *
 * <p>Each stream has a thread of its own, so that a slow client holds up nobody else, and ends when
 * its token or log-in does.
 */
final class EventsApi implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventsApi.class);
  private static final int UNAVAILABLE = 503;

  /** So many streams at a time; each costs a thread. */
  private static final int MAXIMUM_STREAMS = 64;

  private static final long PERIOD_MILLISECONDS = 1_000;

  /** Less than half of what a silent connection is given. */
  private static final int SILENT_PERIODS = 10;

  private final AdminParts parts;
  private final Semaphore places = new Semaphore(MAXIMUM_STREAMS);
  private final CountDownLatch closing = new CountDownLatch(1);

  EventsApi(AdminParts parts) {
    this.parts = parts;
  }

  void stream(Context http, Admission admission) throws ProblemException, IOException {
    if (!places.tryAcquire()) {
      throw new ProblemException(UNAVAILABLE, "Too many clients are being told already");
    }
    boolean begun = false;
    try {
      http.disableCompression();
      http.res().setStatus(200);
      http.res().setCharacterEncoding("UTF-8");
      http.res().setContentType("text/event-stream");
      http.res().setHeader("Cache-Control", "no-store");
      http.res().setHeader("X-Accel-Buffering", "no");
      http.res().flushBuffer();
      OutputStream out = http.res().getOutputStream();
      http.future(() -> told(new Stream(out, admission)));
      begun = true;
    } finally {
      if (!begun) {
        places.release();
      }
    }
  }

  /**
   * Tells on a thread of its own. What this returns ends with the stream, but for one whose client
   * has gone: Jetty has ended that answer already, and nobody can go on with it.
   */
  private CompletableFuture<Void> told(Stream stream) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("dozo-admin-events")
        .start(() -> {
          try {
            stream.run();
            told.complete(null);
          } catch (IOException e) {
            log.debug("A client stopped listening caller={}", stream.caller.id(), e);
          } catch (InterruptedException | RuntimeException e) {
            told.completeExceptionally(e);
          } finally {
            places.release();
          }
        });
    return told;
  }

  /** Ends all streams. */
  @Override
  public void close() {
    closing.countDown();
  }

  /** What one client is told, for one thread. */
  private final class Stream {

    private final OutputStream out;
    private final Admission admission;
    private final Principal caller;
    private final Map<String, String> told = new HashMap<>();
    private final SessionRates rates = new SessionRates(System::nanoTime);
    private int silent;

    Stream(OutputStream out, Admission admission) {
      this.out = out;
      this.admission = admission;
      this.caller = admission.principal();
    }

    void run() throws IOException, InterruptedException {
      do {
        silent++;
        tell("sessions", sessions());
        if (caller.scope().equals(Scope.EVERYTHING)) {
          tell("jobs", jobs());
        }
        if (silent >= SILENT_PERIODS) {
          send(": nothing new\n\n");
        }
      } while (!closing.await(PERIOD_MILLISECONDS, TimeUnit.MILLISECONDS) && admission.isCurrent());
      send("event: end\ndata: {}\n\n");
    }

    private ObjectNode sessions() {
      ObjectNode body = AdminJson.object();
      ArrayNode list = body.putArray("sessions");
      rates.look(parts.sessions().open());
      parts.sessions().open().stream()
          .filter(session -> caller.scope().admits(session.vm()))
          .forEach(session ->
              list.add(
                  AdminJson.write(session)
                      .put("bytesPerSecond", rates.bytesPerSecond(session.id()))));
      return body;
    }

    private ObjectNode jobs() {
      ObjectNode body = AdminJson.object();
      ArrayNode list = body.putArray("jobs");
      parts.jobs().summaries().forEach(list::add);
      return body;
    }

    private void tell(String event, ObjectNode body) throws IOException {
      String text = body.toString();
      if (!text.equals(told.put(event, text))) {
        // JSON as Jackson writes it has no line breaks, which would end the event.
        send("event: " + event + "\ndata: " + text + "\n\n");
      }
    }

    private void send(String text) throws IOException {
      out.write(text.getBytes(UTF_8));
      out.flush();
      silent = 0;
    }
  }
}
