package dozo.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.SessionRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repository with many restore points of one VM, one an hour, as the API and the page show it.
 * {@code ./dozo test --long page} makes ten thousand, and tells how long they take.
 */
final class ManyPointsIT extends PageTesting {

  private static final int POINTS = Integer.getInteger("dozo.page.points", 150);
  private static final boolean TELLS = Boolean.getBoolean("dozo.page.tells");
  private static final int ROUNDS = TELLS ? 20 : 1;
  private static final VmRef VM = new VmRef("default", new UUID(5, 6), "web", "host1");
  private static final long DISK_BYTES = 1 << 20;
  private static final int BLOCK = 4096;
  private static final int AT_ONCE = 32;
  private static final String USER = "anna";

  @TempDir static Path directory;

  @Override
  ServerProcess startServer() throws Exception {
    try (ServerProcess first = ServerProcess.create(directory)) {
      first
          .local()
          .with("DOZO_NEW_PASSWORD", PASSWORD)
          .run("user", "add", "--role", "admin", USER)
          .expect(ExitCode.OK);
      first.end();
      long began = System.nanoTime();
      fill();
      tell("made, each committed", began, POINTS);
      return first.restart();
    }
  }

  private static void fill() throws Exception {
    AtomicReference<Instant> now =
        new AtomicReference<>(Instant.now().minus(Duration.ofHours(POINTS)));
    InstantSource clock = now::get;
    try (SlotSecret secret = KeyFiles.read(Cli.keyFile(directory));
        Repository repository =
            Repository.open(
                directory.resolve("data/repository"),
                secret,
                RepositoryOptions.standard().withClock(clock.withZone(ZoneOffset.UTC)))) {
      Deque<Making> making = new ArrayDeque<>();
      for (int i = 0; i < POINTS; i++) {
        if (making.size() == AT_ONCE) {
          making.remove().await();
        }
        making.add(backUp(repository, i));
        now.updateAndGet(before -> before.plus(Duration.ofHours(1)));
      }
      for (Making each : making) {
        each.await();
      }
    }
  }

  /** One that is being committed. */
  private record Making(IngestSession session, CompletableFuture<CommitReceipt> receipt) {

    void await() throws Exception {
      try (session) {
        receipt.get(2, TimeUnit.MINUTES);
      }
    }
  }

  /** Each has a block of its own. */
  private static Making backUp(Repository repository, int number) throws Exception {
    DiskSpec disk = new DiskSpec("disk0", new DiskGeometry(DISK_BYTES, 512, 4096), new UUID(1, 2));
    SessionRequest request =
        new SessionRequest(
            VM, "default", List.of(disk), List.of(), Consistency.NONE, new TreeMap<>());
    byte[] block = ByteBuffer.allocate(BLOCK).putInt(number + 1).array();
    IngestSession session = repository.beginSession(request);
    session.stream("disk0").data(block, 0, BLOCK, () -> {});
    session.stream("disk0").zeros(DISK_BYTES - BLOCK, () -> {});
    session.stream("disk0").end();
    return new Making(session, session.commit(CommitDetails.AS_BEGUN));
  }

  private static void tell(String what, long began, int times) {
    if (TELLS) {
      System.out.printf(
          "%,d restore points: %s in %.1f ms%n",
          POINTS, what, (System.nanoTime() - began) / 1e6 / times);
    }
  }

  @Test
  void answersAboutAllOfThem() throws Exception {
    AdminHttp http = server.http();
    String line = "/time-line?namespace=default&vm=" + VM.id() + "&limit=10000";
    for (String path :
        List.of(
            line,
            "/vms",
            "/restore-points?order=newest&limit=100",
            "/restore-points?limit=10000",
            "/repository",
            "/warnings")) {
      http.get(path).expect(200);
      long[] took = new long[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        long began = System.nanoTime();
        http.get(path).expect(200);
        took[i] = System.nanoTime() - began;
      }
      Arrays.sort(took);
      tell("GET " + path, System.nanoTime() - took[ROUNDS / 2], 1);
    }
    assertThat(http.get(line).body().path("restorePoints")).hasSize(POINTS);
  }

  @Test
  void showsThemAPageAtATime() {
    Page page = open(USER, ColorScheme.LIGHT);
    go(page, "VMs");
    long began = System.nanoTime();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("web").setExact(true))
        .click();
    String all = "%,d".formatted(POINTS);
    assertThat(page.getByText(all + " restore points").first()).isVisible();
    assertThat(page.locator("tbody tr")).hasCount(100);
    tell("the VM's page is there", began, 1);
    began = System.nanoTime();
    button(page, "Oldest").click();
    assertThat(page.getByText("to " + all + " of " + all)).isVisible();
    tell("the oldest are there", began, 1);
    judge(page, "vm-with-many-real");
    began = System.nanoTime();
    go(page, "Overview");
    tell("the overview is there", began, 1);
    leave(page);
  }
}
