package dozo.repository.pack;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.storage.PackStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Real packs in a directory, of chunks that a test knows. */
public final class TestPacks {

  private static final int CHUNKS_A_SEGMENT = 3;

  private final Random random;
  private final KeyRing ring;
  private final LocalPackStorage storage;
  private final PackLibrary library;

  /** Makes an empty storage in a directory. */
  public TestPacks(Path root, long seed) throws IOException {
    random = new Random(seed);
    ring = KeyRing.create(new UUID(random.nextLong(), 7), Instant.EPOCH, new SecureRandom());
    LocalFiles files = new LocalFiles();
    Path packs = Files.createDirectories(root.resolve("packs"));
    FilePublisher publisher =
        new FilePublisher(files, Files.createDirectories(root.resolve("tmp")));
    storage =
        new LocalPackStorage(
            files, publisher, packs, Files.createDirectories(root.resolve("trash")));
    storage.prepare();
    library = new PackLibrary(storage, () -> ring);
  }

  /** Opens the packs. */
  public PackLibrary library() {
    return library;
  }

  /** Has the packs. */
  public PackStorage storage() {
    return storage;
  }

  /** The repository that the packs belong to. */
  public UUID repositoryId() {
    return ring.repositoryId();
  }

  /** A random id. */
  public ChunkId id() {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  /** Random ids. */
  public List<ChunkId> ids(int count) {
    List<ChunkId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(id());
    }
    return ids;
  }

  /** A pack that is in no storage. */
  public Built build(ContentKind kind, List<ChunkId> ids) throws IOException {
    UUID packId = new UUID((random.nextLong() & ~0xf000L) | 0x4000, random.nextLong());
    PackHeader header = new PackHeader(packId, ring.repositoryId(), ring.currentEpoch(), kind);
    PackBuilder builder = new PackBuilder(header, ring.packKey(ring.currentEpoch(), packId));
    List<byte[]> parts = new ArrayList<>(List.of(header.encode()));
    try (ChunkSealer sealer = new ChunkSealer(1)) {
      for (int from = 0; from < ids.size(); from += CHUNKS_A_SEGMENT) {
        SegmentBuffer buffer = new SegmentBuffer(64 << 10);
        for (ChunkId id : ids.subList(from, Math.min(ids.size(), from + CHUNKS_A_SEGMENT))) {
          buffer.add(id, id.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 64);
        }
        SegmentRecord record = new SegmentRecord();
        sealer.compress(buffer, record);
        builder.add(record);
        parts.add(java.util.Arrays.copyOf(record.bytes(), record.length()));
      }
    }
    PackDirectory directory = builder.directory();
    parts.add(builder.finish());
    return new Built(header, directory, parts);
  }

  /** Publishes a pack. */
  public Built publish(ContentKind kind, List<ChunkId> ids) throws IOException {
    Built built = build(kind, ids);
    try (PackStorage.Upload upload = storage.begin(built.header.packId())) {
      for (byte[] part : built.parts) {
        upload.append(ByteBuffer.wrap(part));
      }
      upload.publish();
    }
    return built;
  }

  /** A pack as it was made. */
  public record Built(PackHeader header, PackDirectory directory, List<byte[]> parts) {

    /** The length of the whole pack. */
    public long sizeBytes() {
      return parts.stream().mapToLong(part -> part.length).sum();
    }

    /** Enters the pack into a table. */
    public PackEntry enter(PackTable table) {
      return table.add(
          header.packId(),
          header.contentKind(),
          header.keyEpoch(),
          sizeBytes(),
          directory.chunkCount());
    }

    /** Where a chunk lies. */
    public ChunkLocation location(PackEntry entry, ChunkId id) {
      int segment = directory.segmentOf(directory.find(id));
      return new ChunkLocation(
          entry.number(), directory.offset(segment), directory.sealedLength(segment));
    }
  }
}
