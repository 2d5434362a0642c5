package dozo.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.OpenFile;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The size of a disk does not tell in what opening it costs: questions are counted, not seconds.
 */
final class OpenAtAnySizeTest {
  private static final int DATA_BYTES = 4 << 20;
  private static final int FIRST_BYTES = 4096;

  @TempDir private Path directory;

  /** Counts what a disk is asked. */
  private record Counted(ChunkSource source, AtomicInteger questions) implements ChunkSource {
    @Override
    public long sizeBytes() {
      return source.sizeBytes();
    }

    @Override
    public long dataBytes() {
      return source.dataBytes();
    }

    @Override
    public List<Extent> extents(long offset, int maximum) throws IOException {
      questions.incrementAndGet();
      return source.extents(offset, maximum);
    }

    @Override
    public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
      questions.incrementAndGet();
      source.fetch(chunks, consumer);
    }

    @Override
    public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
      questions.incrementAndGet();
      return source.presence(blockBytes, firstBlock, count);
    }

    @Override
    public void close() {
      source.close();
    }
  }

  private record CountedPoints(StoredPoint stored, AtomicInteger questions)
      implements RestorePoints {
    @Override
    public List<RestorePoint> list() {
      return stored.list();
    }

    @Override
    public ChunkSource openDisk(RestorePointId point, String disk) throws IOException {
      return new Counted(stored.openDisk(point, disk), questions);
    }

    @Override
    public ChunkSource openFile(RestorePointId point, String file) throws IOException {
      return stored.openFile(point, file);
    }
  }

  /** Looks at a VHDX, opens it and reads its first bytes; returns how much that asked. */
  private int questions(long sizeBytes) throws IOException {
    byte[] content = new byte[DATA_BYTES];
    new Random(1).nextBytes(content);
    Path repository = directory.resolve("of-" + sizeBytes);
    AtomicInteger questions = new AtomicInteger();
    try (StoredPoint stored = StoredPoint.of(repository, content, sizeBytes - DATA_BYTES);
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      RestorePoints points = new CountedPoints(stored, questions);
      MountedFile vhdx =
          (MountedFile)
              RestorePointTree.ofOne(stored.point(), points, ShownFaces.USUAL, cache)
                  .root()
                  .child("disk0.vhdx")
                  .orElseThrow();
      assertThat(vhdx.attributes().sizeBytes()).isPositive();
      try (OpenFile open = vhdx.open()) {
        ByteBuffer first = ByteBuffer.allocate(FIRST_BYTES);
        open.read(0, first);
        assertThat(new String(first.array(), 0, 8, StandardCharsets.US_ASCII))
            .isEqualTo("vhdxfile");
      }
    }
    return questions.get();
  }

  @Test
  void theLargestDiskAsksOneQuestionMoreThanTenGibibytes() throws IOException {
    assertThat(questions(10L << 30)).isBetween(1, 3);
    // Where a disk of more than two tebibytes has none but holes.
    assertThat(questions(10L << 40)).isBetween(1, 4);
    assertThat(questions(64L << 40)).isBetween(1, 4);
  }
}
