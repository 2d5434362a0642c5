package dozo.repository;

import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePoint;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitGroup;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.GroupBrokenException;
import dozo.repository.ingest.IngestSession;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Event;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.sweep.SweepFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommitGroupIT {

  private static final UUID ID = new UUID(7, 8);

  private final Path directory;
  private final FaultyFiles files = new FaultyFiles();
  private final Random random = new Random(11);
  private final CommitGroup group = new CommitGroup(ID, 2);
  private Repository repository;

  CommitGroupIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    TestRepository.create(directory);
    repository = open();
  }

  @AfterEach
  void close() throws IOException {
    files.failIf(event -> {});
    repository.close();
  }

  private Repository open() throws IOException {
    return TestRepository.open(directory, TestRepository.options().withFiles(files));
  }

  private IngestSession begin(int vm, byte[] content) throws IOException {
    IngestSession session =
        repository.beginSession(request(vm(vm), Map.of("disk0", content), Map.of()), group);
    feed(session.stream("disk0"), content);
    return session;
  }

  private static CompletableFuture<CommitReceipt> commit(IngestSession session) {
    return session.commit(CommitDetails.AS_BEGUN);
  }

  private static RestorePoint committed(CompletableFuture<CommitReceipt> commit) throws Exception {
    return commit.get(60, TimeUnit.SECONDS).restorePoint();
  }

  private static void assertBroken(CompletableFuture<CommitReceipt> commit) {
    assertThatThrownBy(() -> commit.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(GroupBrokenException.class);
  }

  private void assertNothingLeft() throws IOException {
    assertThat(repository.restorePoints()).isEmpty();
    assertThat(repository.sessions()).isEmpty();
    repository.close();
    repository = open();
    SweepFixture.requireNoLeak(repository);
    assertThat(repository.statistics().packs().chunks()).isZero();
  }

  @Test
  void commitsWhenTheLastHasAsked() throws Exception {
    byte[] first = disk(random, 300 << 10);
    byte[] second = disk(random, 200 << 10);
    CompletableFuture<CommitReceipt> one = commit(begin(1, first));
    IngestSession other = begin(2, second);
    assertThat(one).isNotDone();
    assertThat(repository.restorePoints()).isEmpty();
    RestorePoint two = committed(commit(other));
    RestorePoint pointOne = committed(one);
    assertThat(repository.restorePoints()).containsExactlyInAnyOrder(pointOne, two);
    repository.close();
    repository = open();
    assertThat(repository.restorePoints())
        .extracting(point -> point.attributes().get("group"))
        .containsExactly(ID.toString(), ID.toString());
    assertThat(readDisk(repository, pointOne, "disk0")).isEqualTo(first);
    assertThat(readDisk(repository, two, "disk0")).isEqualTo(second);
  }

  @Test
  void isBrokenByAnAbort() throws Exception {
    IngestSession aborted = begin(1, disk(random, 300 << 10));
    CompletableFuture<CommitReceipt> other = commit(begin(2, disk(random, 200 << 10)));
    aborted.close();
    assertBroken(other);
    assertNothingLeft();
  }

  @Test
  void aCommitThatWaitsForOthersCanBeGivenUp() throws Exception {
    IngestSession waiting = begin(1, disk(random, 300 << 10));
    IngestSession other = begin(2, disk(random, 200 << 10));
    CompletableFuture<CommitReceipt> asked = commit(waiting);
    waiting.close();
    assertThatThrownBy(() -> committed(asked)).hasCauseInstanceOf(CancellationException.class);
    assertBroken(commit(other));
    assertNothingLeft();
  }

  @Test
  void oneThatIsBrokenTakesNoMore() throws Exception {
    begin(1, disk(random, 100 << 10)).close();
    assertThatThrownBy(() -> begin(2, disk(random, 100 << 10)))
        .isInstanceOf(GroupBrokenException.class)
        .hasMessageContaining(ID.toString());
    assertThat(group.isClosed()).isTrue();
    assertNothingLeft();
  }

  @Test
  void aMistakeInJoiningBreaksNothing() throws Exception {
    CompletableFuture<CommitReceipt> one = commit(begin(1, disk(random, 100 << 10)));
    assertThatThrownBy(() -> begin(1, disk(random, 100 << 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already");
    IngestSession last = begin(2, disk(random, 100 << 10));
    assertThatThrownBy(() -> begin(3, disk(random, 100 << 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("all its 2 members");
    committed(commit(last));
    committed(one);
    assertThat(repository.sessions()).isEmpty();
  }

  @Test
  void closingTheRepositoryGivesUpWhatStillWaits() throws Exception {
    CompletableFuture<CommitReceipt> one = commit(begin(1, disk(random, 100 << 10)));
    repository.close();
    assertThat(one).isDone();
    repository = open();
    assertNothingLeft();
  }

  @Test
  void oneManifestThatCannotBeWrittenTakesTheOtherWithIt() throws Exception {
    CompletableFuture<CommitReceipt> one = commit(begin(1, disk(random, 100 << 10)));
    IngestSession last = begin(2, disk(random, 100 << 10));
    int[] renamed = {0};
    files.failIf(event -> {
      if (event.operation() == Operation.RENAME && event.path().toString().contains("manifests")) {
        if (renamed[0]++ == 1) {
          throw new IOException("injected");
        }
      }
    });
    CompletableFuture<CommitReceipt> two = commit(last);
    assertThatThrownBy(() -> committed(two)).hasRootCauseMessage("injected");
    assertThatThrownBy(() -> committed(one)).hasRootCauseMessage("injected");
    assertThat(renamed[0]).isEqualTo(2);
    assertThat(repository.restorePoints()).isEmpty();
    files.failIf(event -> {});
    repository.close();
    repository = open();
    assertNothingLeft();
  }

  @Test
  void whatWasCutOffIsHiddenFromReadersAndTakenBackByWriters() throws Exception {
    CompletableFuture<CommitReceipt> one = commit(begin(1, disk(random, 100 << 10)));
    IngestSession last = begin(2, disk(random, 100 << 10));
    AtomicBoolean cut = new AtomicBoolean();
    files.failIf(event -> {
      if (cut.get() || isEndOfCommit(event)) {
        cut.set(true);
        throw new IOException("killed");
      }
    });
    assertThatThrownBy(() -> committed(commit(last))).hasRootCauseMessage("killed");
    assertThatThrownBy(() -> committed(one)).hasRootCauseMessage("killed");
    files.failIf(event -> {});
    repository.close();
    assertThat(manifests()).isEqualTo(2);
    try (Repository reading = openReadOnly()) {
      assertThat(reading.restorePoints()).isEmpty();
    }
    assertThat(manifests()).isEqualTo(2);
    repository = open();
    assertThat(manifests()).isZero();
    assertNothingLeft();
  }

  private static boolean isEndOfCommit(Event event) {
    return event.operation() == Operation.DELETE
        && event.path().toString().contains("state/commit");
  }

  private long manifests() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("manifests"))) {
      return files.count();
    }
  }

  private Repository openReadOnly() throws IOException {
    try (var secret = TestRepository.secret()) {
      return Repository.openReadOnly(directory, secret, TestRepository.options());
    }
  }
}
