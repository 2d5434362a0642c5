package dozo.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.key.KeyRing;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackReader;
import dozo.repository.read.MappedDisk;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said to be decoded for a restore, against a count over the directories of the packs. */
class RestoreCostIT {

  private static final int MIB = 1 << 20;
  private static final int WINDOW_BYTES = 8 * MIB;

  private final Random random = new Random(5);

  @TempDir Path directory;

  /** A segment of a pack. */
  private record Segment(UUID pack, int number, int plainBytes) {}

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void countsEachSegmentOnceAWindow() throws IOException {
    byte[] first = noise(20 * MIB);
    byte[] second = first.clone();
    for (int at = 0; at < second.length; at += MIB) {
      byte[] changed = noise(MIB / 4);
      System.arraycopy(changed, 0, second, at + random.nextInt(MIB / 2), changed.length);
    }
    TestRepository.create(directory);
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint oldest =
          TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", first));
      RestorePoint newest =
          TestRepository.backUp(
              repository,
              TestRepository.vm(1),
              Map.of("disk0", second, "disk1", noise(102_400), "empty", new byte[MIB]));

      Map<ChunkId, Segment> segments = segments(repository.keys().ring());

      assertThat(repository.decodedBytes(oldest.id()))
          .isEqualTo(count(repository, oldest, segments))
          .isBetween((long) first.length, first.length + MIB / 2L);
      assertThat(repository.decodedBytes(newest.id()))
          .isEqualTo(count(repository, newest, segments))
          .isGreaterThan(second.length + (long) MIB);
    }
  }

  private Map<ChunkId, Segment> segments(KeyRing ring) throws IOException {
    Map<ChunkId, Segment> segments = new HashMap<>();
    List<Path> packs;
    try (Stream<Path> files = Files.walk(new RepositoryLayout(directory).packs())) {
      packs = files.filter(Files::isRegularFile).toList();
    }
    for (Path path : packs) {
      UUID id = UUID.fromString(path.getFileName().toString().replace(".pack", ""));
      try (ReadableFile file = new LocalFiles().open(path)) {
        PackReader reader = PackReader.open(file, id, ring.repositoryId());
        if (reader.header().contentKind() == ContentKind.DATA) {
          PackDirectory listed = reader.readDirectory(ring.packKey(reader.header().keyEpoch(), id));
          for (int chunk = 0; chunk < listed.chunkCount(); chunk++) {
            int segment = listed.segmentOf(chunk);
            segments.put(listed.id(chunk), new Segment(id, segment, listed.plainLength(segment)));
          }
        }
      }
    }
    return segments;
  }

  private static long count(
      Repository repository, RestorePoint point, Map<ChunkId, Segment> segments)
      throws IOException {
    long decoded = 0;
    for (DiskEntry entry : point.disks()) {
      try (MappedDisk disk = repository.openDisk(point.id(), entry.name())) {
        Set<Segment> window = new HashSet<>();
        long bytes = 0;
        for (Extent extent : disk.extents(0, 8_192)) {
          if (bytes >= WINDOW_BYTES) {
            decoded += window.stream().mapToLong(Segment::plainBytes).sum();
            window.clear();
            bytes = 0;
          }
          if (!extent.isHole()) {
            window.add(segments.get(extent.id()));
            bytes += extent.lengthBytes();
          }
        }
        decoded += window.stream().mapToLong(Segment::plainBytes).sum();
      }
    }
    return decoded;
  }
}
