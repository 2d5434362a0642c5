package dozo.client.leftover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class JournalTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  /** Removes nothing, and remembers what it was to remove. */
  private static final class Recorder implements Sweeper {
    private final List<String> swept = new ArrayList<>();
    private boolean fails;

    @Override
    public String kind() {
      return "test";
    }

    @Override
    public Swept sweep(Journal journal) throws IOException {
      if (fails) {
        throw new IOException("it is stuck");
      }
      swept.add(journal.plan().path("what").asString("") + journal.steps());
      return new Swept(kind(), journal.id(), List.of("Removed it"));
    }
  }

  private Path sources() {
    return directory.resolve("sources");
  }

  private Journal create(String id) throws IOException {
    ObjectNode plan = JSON.createObjectNode().put("what", "thing");
    return Journal.create(sources(), "test", id, plan, NOW);
  }

  @Test
  void isNotTakenFromAnOwnerThatLives() throws Exception {
    try (Journal journal = create("a")) {
      assertThat(Journal.take(journal.file())).isEmpty();
      Recorder recorder = new Recorder();
      assertThat(new Journals(sources(), List.of(recorder)).sweep().busy()).isEqualTo(1);
      assertThat(recorder.swept).isEmpty();
    }
  }

  @Test
  void isSweptAndRemovedOnceItsOwnerIsGone() throws Exception {
    try (Journal journal = create("a")) {
      journal.note("first");
      journal.note("second");
    }
    Recorder recorder = new Recorder();
    Journals.Sweep sweep = new Journals(sources(), List.of(recorder)).sweep();
    assertThat(sweep.swept()).containsExactly(new Swept("test", "a", List.of("Removed it")));
    assertThat(recorder.swept).containsExactly("thing[first, second]");
    assertThat(sources()).isEmptyDirectory();
  }

  @Test
  void staysWhereSweepingFailsOrNobodyKnowsHow() throws Exception {
    create("a").close();
    Recorder recorder = new Recorder();
    recorder.fails = true;
    assertThat(new Journals(sources(), List.of(recorder)).sweep().failures())
        .singleElement()
        .asString()
        .contains("it is stuck");
    assertThat(new Journals(sources(), List.of()).sweep().failures())
        .singleElement()
        .asString()
        .contains("kind \"test\"");
    assertThat(sources().resolve("a.journal")).exists();
  }

  @Test
  void leavesOutAStepThatWasNeverWhole() throws Exception {
    Path file;
    try (Journal journal = create("a")) {
      journal.note("first");
      file = journal.file();
    }
    Files.writeString(file, "seco", StandardOpenOption.APPEND);
    try (Journal taken = Journal.take(file).orElseThrow()) {
      assertThat(taken.steps()).containsExactly("first");
      assertThat(taken.lastStep()).contains("first");
    }
  }

  @Test
  void saysWhatIsWrongWithAFileThatIsNoJournal() throws Exception {
    Files.createDirectories(sources());
    Path file = Files.writeString(sources().resolve("x.journal"), "what?\n");
    assertThatThrownBy(() -> Journal.take(file)).hasMessageContaining("no JSON object");
    Files.writeString(file, "");
    assertThatThrownBy(() -> Journal.take(file)).hasMessageContaining("no whole line");
  }

  @Test
  void aWatchdogSweepsWhenItsInputEnds() throws Exception {
    Path file;
    try (Journal journal = create("a")) {
      file = journal.file();
    }
    WatchdogDuty duty = duty(file, Optional.empty());
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PipedInputStream orders = new PipedInputStream();
    CompletableFuture<Optional<Swept>> end;
    try (PipedOutputStream giver = new PipedOutputStream(orders)) {
      end = CompletableFuture.supplyAsync(() -> run(duty, orders, said));
      giver.write("arm 3600000\ndisarm\n".getBytes(US_ASCII));
    }
    assertThat(end.get(60, TimeUnit.SECONDS)).isPresent();
    assertThat(said.toString(US_ASCII)).startsWith(WatchdogDuty.READY);
    assertThat(file).doesNotExist();
  }

  @Test
  void aWatchdogWaitsForTheLockOfWhoEnds() throws Exception {
    Journal journal = create("a");
    PipedInputStream orders = new PipedInputStream();
    CompletableFuture<Optional<Swept>> end;
    try (journal) {
      WatchdogDuty duty = duty(journal.file(), Optional.empty());
      try (PipedOutputStream giver = new PipedOutputStream(orders)) {
        end = CompletableFuture.supplyAsync(() -> run(duty, orders, new ByteArrayOutputStream()));
        giver.write("arm 3600000\n".getBytes(US_ASCII));
      }
      await().atMost(Duration.ofMinutes(1)).during(SHORT).until(() -> !end.isDone());
    }
    assertThat(end.get(60, TimeUnit.SECONDS)).isPresent();
    assertThat(journal.file()).doesNotExist();
  }

  @Test
  void aWatchdogEndsWhoHangs() throws Exception {
    Process hanging = new ProcessBuilder("sleep", "600").start();
    PipedInputStream orders = new PipedInputStream();
    CompletableFuture<Optional<Swept>> end;
    try (Journal journal = create("a");
        PipedOutputStream giver = new PipedOutputStream(orders)) {
      WatchdogDuty duty = duty(journal.file(), Optional.of(hanging.toHandle()));
      end = CompletableFuture.supplyAsync(() -> run(duty, orders, new ByteArrayOutputStream()));
      giver.write("arm 1\n".getBytes(US_ASCII));
      giver.flush();
      assertThat(hanging.waitFor(60, TimeUnit.SECONDS)).isTrue();
      // Then its orders end and its lock goes, as the system sees to with a process that ended.
    } finally {
      hanging.destroyForcibly();
    }
    assertThat(end.get(60, TimeUnit.SECONDS)).isPresent();
  }

  private WatchdogDuty duty(Path file, Optional<ProcessHandle> watched) {
    return new WatchdogDuty(new Journals(sources(), List.of(new Recorder())), file, watched);
  }

  private static Optional<Swept> run(
      WatchdogDuty duty, PipedInputStream orders, ByteArrayOutputStream said) {
    try {
      return duty.run(orders, new PrintStream(said, true, US_ASCII));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
