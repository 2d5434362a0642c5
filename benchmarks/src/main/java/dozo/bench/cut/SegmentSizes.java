package dozo.bench.cut;

import dozo.cli.quickstart.Tool;
import dozo.cli.read.DiskWindows;
import dozo.format.ChunkId;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackReader;
import dozo.repository.Repository;
import dozo.repository.RepositoryLayout;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Which segment each chunk is in, how long that is decoded, and how long all packs are. */
final class SegmentSizes {

  private final Map<ChunkId, Segment> segments = new HashMap<>();
  private long packBytes;
  private long mapPackBytes;

  private SegmentSizes() {}

  /** A segment, which equals no other. */
  private static final class Segment {
    private final int plainBytes;

    Segment(int plainBytes) {
      this.plainBytes = plainBytes;
    }
  }

  /** Reads the directories of all packs. */
  static SegmentSizes of(Repository repository, RepositoryLayout layout) throws IOException {
    SegmentSizes sizes = new SegmentSizes();
    KeyRing ring = repository.keys().ring();
    List<Path> packs;
    try (Stream<Path> files = Files.walk(layout.packs())) {
      packs = files.filter(Files::isRegularFile).toList();
    }
    for (Path pack : packs) {
      sizes.add(pack, ring);
    }
    return sizes;
  }

  private void add(Path path, KeyRing ring) throws IOException {
    UUID id = UUID.fromString(path.getFileName().toString().replace(".pack", ""));
    try (ReadableFile file = new LocalFiles().open(path)) {
      PackReader reader = PackReader.open(file, id, ring.repositoryId());
      packBytes += file.sizeBytes();
      if (reader.header().contentKind() != ContentKind.DATA) {
        mapPackBytes += file.sizeBytes();
        return;
      }
      PackDirectory listed = reader.readDirectory(ring.packKey(reader.header().keyEpoch(), id));
      for (int s = 0; s < listed.segmentCount(); s++) {
        Segment segment = new Segment(listed.plainLength(s));
        int first = listed.firstChunk(s);
        for (int chunk = first; chunk < first + listed.chunkCount(s); chunk++) {
          segments.putIfAbsent(listed.id(chunk), segment);
        }
      }
    }
  }

  long packBytes() {
    return packBytes;
  }

  long mapPackBytes() {
    return mapPackBytes;
  }

  /** What is decoded to restore a disk: in each window each segment once, whole. */
  long decodedBytes(ChunkSource source) throws IOException {
    AtomicLong bytes = new AtomicLong();
    walk(
        source,
        chunks ->
            bytes.addAndGet(
                chunks.stream()
                    .map(this::segmentOf)
                    .distinct()
                    .mapToLong(segment -> segment.plainBytes)
                    .sum()));
    return bytes.get();
  }

  /** Restores a disk to nowhere. */
  void restore(ChunkSource source) throws IOException {
    walk(source, chunks -> source.fetch(chunks, (index, plain) -> {}));
  }

  private Segment segmentOf(Extent chunk) {
    Segment segment = segments.get(chunk.id());
    if (segment == null) {
      throw new IllegalStateException("No pack has chunk " + chunk.id());
    }
    return segment;
  }

  private static void walk(ChunkSource source, DiskWindows.Work work) throws IOException {
    new DiskWindows(source, 0, chunk -> true).run(work, (position, bytes) -> {});
  }

  /** What is allocated for a file with holes. */
  static long usedBytes(Path file) throws IOException {
    String blocks = Tool.require("stat", "coreutils").run(null, "-c", "%b", file.toString());
    return Long.parseLong(blocks.strip()) * 512;
  }
}
