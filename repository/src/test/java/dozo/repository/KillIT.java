package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.IngestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed in the middle of a session. */
final class KillIT {

  private static final String UNDISTURBED = "undisturbed";
  private static final int DISK_BYTES = 8 << 20;
  private static final int PIECE_BYTES = 256 << 10;

  /** What the process does before it is killed, as it says itself. */
  private static final String FED = "fed ";

  private static final String COMMITTING = "committing";
  private static final String COMMITTED = "committed ";

  @TempDir Path parent;

  private static byte[] first() {
    return disk(new Random(1), 4 << 20);
  }

  private static byte[] second() {
    return disk(new Random(2), DISK_BYTES);
  }

  /** Commits a first restore point, then makes a second, and says how far it is. */
  static final class Pusher {
    private Pusher() {}

    @SuppressWarnings("SystemOut")
    static void main(String[] arguments) throws Exception {
      try (Repository repository = TestRepository.open(Path.of(arguments[0]))) {
        RestorePoint point = backUp(repository, vm(1), Map.of("disk0", first()));
        System.out.println(COMMITTED + point.id());
        byte[] content = second();
        IngestSession session =
            repository.beginSession(request(vm(1), Map.of("disk0", content), Map.of()));
        for (int from = 0; from < content.length; from += PIECE_BYTES) {
          CountDownLatch taken = new CountDownLatch(1);
          session.stream("disk0").data(content, from, PIECE_BYTES, taken::countDown);
          taken.await();
          System.out.println(FED + from / PIECE_BYTES);
        }
        session.stream("disk0").end();
        System.out.println(COMMITTING);
        point = session.commit(CommitDetails.AS_BEGUN).get().restorePoint();
        System.out.println(COMMITTED + point.id());
        Thread.sleep(60_000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fed 1", "fed 12", "fed 30", COMMITTING, COMMITTED})
  void keepsWhatWasAcknowledgedAndStoresNothingTwice(String killedAt) throws Exception {
    Path directory = parent.resolve("repository");
    TestRepository.create(directory);
    copy(directory, parent.resolve(UNDISTURBED));
    RestorePointId acknowledged;
    String last;
    try (OtherProcess pusher = OtherProcess.start(Pusher.class, directory.toString())) {
      String line = pusher.awaitLine(COMMITTED);
      acknowledged = RestorePointId.parse(line.substring(COMMITTED.length()));
      last = pusher.awaitLine(killedAt);
      pusher.kill();
    }
    try (Repository repository = TestRepository.open(directory)) {
      List<RestorePoint> points = repository.restorePoints();
      assertThat(points.getFirst().id()).isEqualTo(acknowledged);
      assertThat(readDisk(repository, points.getFirst(), "disk0")).isEqualTo(first());
      if (killedAt.equals(COMMITTED)) {
        assertThat(points.getLast().id().toString()).isEqualTo(last.substring(COMMITTED.length()));
      }
      if (killedAt.startsWith(FED)) {
        assertThat(points).hasSize(1);
      } else if (points.size() > 1) {
        assertThat(readDisk(repository, points.getLast(), "disk0")).isEqualTo(second());
      }
      long there = chunks(repository);

      RestorePoint again = backUp(repository, vm(1), Map.of("disk0", second()));

      assertThat(readDisk(repository, again, "disk0")).isEqualTo(second());
      assertThat(again.statistics().newChunks())
          .as("what no published pack holds")
          .isLessThanOrEqualTo(chunksOfBoth() - there);
    }
  }

  /** The data chunks in published packs, of which none is there twice. */
  private static long chunks(Repository repository) {
    return repository.statistics().packs().chunks();
  }

  /**
   * How many chunks, and map nodes, both restore points have together. Where nodes end depends on
   * ids and so on keys: the repository with the same keys has to say it.
   */
  private long chunksOfBoth() throws IOException {
    try (Repository repository = TestRepository.open(parent.resolve(UNDISTURBED))) {
      backUp(repository, vm(1), Map.of("disk0", first()));
      backUp(repository, vm(1), Map.of("disk0", Arrays.copyOf(second(), DISK_BYTES)));
      return chunks(repository);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
