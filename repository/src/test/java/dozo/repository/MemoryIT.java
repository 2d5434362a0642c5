package dozo.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RestorePoint;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ingest stays within its memory however long the stream is. A stream of 100 GiB in a heap of 512
 * MiB: {@code -Ddozo.test.streamGib=100 -Ddozo.test.heapMib=512}.
 */
final class MemoryIT {

  private static final int PIECE_BYTES = 1 << 20;
  private static final int PIECES_UNDER_WAY = 4;

  /** Feeds a stream that exists nowhere: a quarter new, a quarter old data, and half holes. */
  static final class Feeder {
    private Feeder() {}

    @SuppressWarnings("SystemOut")
    static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      long pieces = Long.parseLong(arguments[1]) * ((1 << 30) / PIECE_BYTES);
      long memoryBytes = Long.parseLong(arguments[2]);
      TestRepository.create(directory, dozo.format.manifest.RepositoryParameters.standard());
      DiskSpec disk =
          new DiskSpec("disk0", new DiskGeometry(pieces * PIECE_BYTES, 512, 4096), new UUID(1, 2));
      SessionRequest request =
          new SessionRequest(
              TestRepository.vm(1),
              "default",
              List.of(disk),
              List.of(),
              Consistency.NONE,
              new TreeMap<>());
      RepositoryOptions options = TestRepository.options().withMemoryBytes(memoryBytes);
      try (Repository repository = TestRepository.open(directory, options);
          IngestSession session = repository.beginSession(request)) {
        feed(session.stream("disk0"), pieces);
        RestorePoint point = TestRepository.commit(session).restorePoint();
        System.out.println("committed " + point.statistics());
      }
    }

    private static void feed(IngestStream stream, long pieces) throws InterruptedException {
      Semaphore credit = new Semaphore(PIECES_UNDER_WAY);
      for (long i = 0; i < pieces; i++) {
        credit.acquire();
        if (i % 2 == 0) {
          stream.zeros(PIECE_BYTES, credit::release);
        } else {
          byte[] piece = piece(i % 4 == 1 ? i : i % 64);
          stream.data(piece, 0, piece.length, credit::release);
        }
      }
      stream.end();
    }

    private static byte[] piece(long seed) {
      byte[] piece = new byte[PIECE_BYTES];
      SplittableRandom random = new SplittableRandom(seed);
      random.nextBytes(piece);
      for (int i = 0; i < piece.length; i++) {
        piece[i] &= 0x3f; // Compressible, as most data is.
      }
      return piece;
    }
  }

  @Test
  void ingestsAStreamManyTimesItsHeap(@TempDir Path directory) throws Exception {
    String gib = System.getProperty("dozo.test.streamGib", "2");
    String heapMib = System.getProperty("dozo.test.heapMib", "128");
    long memoryBytes = (Long.parseLong(heapMib) << 20) / 4;
    try (OtherProcess feeder =
        OtherProcess.start(
            List.of("-Xmx" + heapMib + "m"),
            Feeder.class,
            directory.resolve("repository").toString(),
            gib,
            Long.toString(memoryBytes))) {
      feeder.awaitLine("committed");
      assertThat(feeder.await()).isZero();
    }
  }
}
