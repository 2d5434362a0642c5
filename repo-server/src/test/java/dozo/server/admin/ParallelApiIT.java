package dozo.server.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many at once: clients of the API, backups, and clients that never end what they begin to say. */
final class ParallelApiIT {

  private static final Logger log = LoggerFactory.getLogger(ParallelApiIT.class);
  private static final int CLIENTS = Integer.getInteger("dozo.test.apiClients", 200);
  private static final int REQUESTS = Integer.getInteger("dozo.test.apiRequestsEach", 5);
  private static final int SESSIONS = 50;
  private static final int SLOW = 100;

  private static final List<String> PATHS =
      List.of(
          "/api/v1/vms",
          "/api/v1/restore-points?order=newest&limit=20",
          "/api/v1/sessions",
          "/api/v1/jobs",
          "/api/v1/repository",
          "/api/v1/warnings");

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

  @Test
  void servesManyClientsBesideManyBackups() throws Exception {
    ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
    List<Callable<Void>> work = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      work.add(() -> {
        for (int i = 0; i < REQUESTS; i++) {
          long begun = System.nanoTime();
          HttpResponse<String> answer =
              api.call(admin, "GET", PATHS.get((number + i) % PATHS.size()), "");
          latencies.add(System.nanoTime() - begun);
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        return null;
      });
    }
    for (int session = 0; session < SESSIONS; session++) {
      byte[] content = new byte[256 << 10];
      new Random(session).nextBytes(content);
      work.add(() -> {
        fixture.push(content);
        return null;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
    assertThat(fixture.repository().restorePoints()).hasSize(SESSIONS);
    List<Long> sorted = latencies.stream().sorted().toList();
    assertThat(sorted).hasSize(CLIENTS * REQUESTS);
    log.info(
        "clients={} requests={} sessions={} p50Millis={} p99Millis={}",
        CLIENTS,
        sorted.size(),
        SESSIONS,
        TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2)),
        TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100)));
  }

  @Test
  void answersWhileManyNeverEndWhatTheyBeginToSay() throws Exception {
    SSLContext tls = JdkTls.forClient(new ServerTrust.Pinned(fixture.server().fingerprint()));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW; i++) {
        Socket socket =
            tls.getSocketFactory()
                .createSocket("127.0.0.1", fixture.server().adminPort().orElseThrow());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
                    .getBytes(US_ASCII));
        socket.getOutputStream().flush();
      }

      assertThat(api.get(admin, "/api/v1/health").get("status").asString()).isEqualTo("ok");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }
}
