package dozo.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import dozo.format.disk.PackedSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.seal.SegmentUnpacker;
import dozo.format.seal.SegmentView;
import dozo.repository.read.DiskChanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that are handed out as they are stored, and what differs between two disks. */
class PackedReadIT {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @BeforeEach
  void create() throws IOException {
    TestRepository.create(directory);
  }

  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** What one call brought. */
  private static final class Brought {

    private final Set<Integer> plain = new HashSet<>();
    private final Set<Integer> packed = new HashSet<>();

    /** Fetches chunks, and holds what comes to the disk that they are of. */
    Brought(PackedSource source, List<Extent> chunks, byte[] disk) throws IOException {
      source.fetchPacked(
          chunks,
          (index, bytes) -> {
            synchronized (this) {
              assertThat(plain.add(index)).isTrue();
              assertThat(bytes).isEqualTo(expected(disk, chunks.get(index)));
            }
          },
          (indices, segment) -> {
            synchronized (this) {
              SegmentView view = new SegmentView();
              try (SegmentUnpacker unpacker = new SegmentUnpacker()) {
                unpacker.unpack(
                    ByteBuffer.wrap(segment.bytes(), 0, segment.length()),
                    segment.isCompressed(),
                    segment.plainLength(),
                    "test",
                    view);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
              assertThat(packed.addAll(indices)).isTrue();
              Set<Object> ids = new HashSet<>();
              for (int index : indices) {
                int place = view.find(chunks.get(index).id());
                assertThat(ByteBuffer.wrap(view.plain(), view.offset(place), view.length(place)))
                    .isEqualTo(expected(disk, chunks.get(index)));
                ids.add(chunks.get(index).id());
              }
              assertThat(view.chunkCount()).as("chunks that were asked for").isEqualTo(ids.size());
            }
          });
    }

    private static ByteBuffer expected(byte[] disk, Extent chunk) {
      return ByteBuffer.wrap(disk, (int) chunk.offset(), (int) chunk.lengthBytes());
    }
  }

  private static List<Extent> chunks(PackedSource source) throws IOException {
    return source.extents(0, 1_000).stream().filter(extent -> !extent.isHole()).toList();
  }

  @Test
  void handsOutWholeSegmentsPackedAndPartsOfSomePlain() throws IOException {
    byte[] disk = noise(3 * MIB, 1);
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint point =
          TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
      try (PackedSource source = repository.openDisk(point.id(), "disk0")) {
        List<Extent> all = chunks(source);
        Brought whole = new Brought(source, all, disk);
        assertThat(whole.packed).hasSizeGreaterThan(all.size() / 2);
        assertThat(whole.packed.size() + whole.plain.size()).isEqualTo(all.size());

        List<Extent> odd =
            IntStream.range(0, all.size()).filter(i -> i % 2 == 1).mapToObj(all::get).toList();
        Brought some = new Brought(source, odd, disk);
        assertThat(some.packed.size() + some.plain.size()).isEqualTo(odd.size());
        assertThat(some.plain).hasSizeGreaterThan(odd.size() / 2);
      }
    }
  }

  @Test
  void bringsAChunkAsOftenAsItIsAskedFor() throws IOException {
    byte[] once = noise(2 * MIB, 2);
    byte[] disk = Arrays.copyOf(once, 4 * MIB);
    System.arraycopy(once, 0, disk, 2 * MIB, 2 * MIB);
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint point =
          TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
      try (PackedSource source = repository.openDisk(point.id(), "disk0")) {
        List<Extent> all = chunks(source);
        Brought brought = new Brought(source, all, disk);
        assertThat(brought.packed.size() + brought.plain.size()).isEqualTo(all.size());
      }
    }
  }

  @Test
  void listsWhatDiffersInPagesOfAnySize() throws IOException {
    byte[] first = noise(4 * MIB, 3);
    byte[] second = first.clone();
    for (int at = 0; at < second.length; at += MIB / 2) {
      Arrays.fill(second, at + 1_000, at + 2_000, (byte) 7);
    }
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint one =
          TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", first));
      RestorePoint other =
          TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", second));
      List<DiskRange> whole = repository.changes(one.id(), other.id(), "disk0", 0, 1_000).ranges();
      assertThat(whole).hasSizeBetween(4, 8);
      List<DiskRange> paged = new ArrayList<>();
      OptionalLong next = OptionalLong.of(0);
      while (next.isPresent()) {
        DiskChanges page = repository.changes(one.id(), other.id(), "disk0", next.getAsLong(), 1);
        assertThat(page.ranges()).hasSizeLessThan(2);
        paged.addAll(page.ranges());
        next = page.next();
      }
      assertThat(paged).isEqualTo(whole);
      for (int at = 0; at < second.length; at++) {
        int place = at;
        if (first[at] != second[at]) {
          assertThat(whole).anyMatch(range -> range.offset() <= place && place < range.end());
        }
      }
    }
  }
}
