package dozo.bench;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.index.IndexLoader;
import dozo.repository.pack.PackLibrary;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.storage.PackStorage;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How fast the index is made anew from the packs' directories: {@code [CHUNKS]}, a million if
 * nothing is said. The packs hold chunks of one byte, but as many as real ones have, so that their
 * directories are as long: what is left out is only the room between two directories on a disk.
 */
public final class RebuildRates {

  private static final UUID REPOSITORY = new UUID(0x4000, 2);
  private static final int CHUNKS_A_PACK = 5_000;
  private static final int CHUNKS_A_SEGMENT = 4;

  private final KeyRing ring = KeyRing.create(REPOSITORY, Instant.EPOCH, new SecureRandom());
  private final SplittableRandom random = new SplittableRandom(1);
  private final LocalFiles files = new LocalFiles();
  private final Path directory;
  private final LocalPackStorage storage;

  private RebuildRates(Path directory) throws IOException {
    this.directory = directory;
    Path packs = Files.createDirectories(directory.resolve("packs"));
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    Path trash = Files.createDirectories(directory.resolve("trash"));
    this.storage = new LocalPackStorage(files, new FilePublisher(files, temporary), packs, trash);
    storage.prepare();
  }

  /** Makes packs of so many chunks, and an index of them, twice. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws IOException {
    int chunks = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      RebuildRates rates = new RebuildRates(scratch.path());
      for (int made = 0; made < chunks; made += CHUNKS_A_PACK) {
        rates.makePack();
      }
      System.out.printf("%12s %12s %14s %16s%n", "chunks", "seconds", "chunks/s", "CPU us/chunk");
      rates.rebuild("first", chunks);
      rates.rebuild("second", chunks);
    }
  }

  private void makePack() throws IOException {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    PackHeader header = new PackHeader(id, REPOSITORY, 1, ContentKind.DATA);
    PackKey key = ring.packKey(1, id);
    PackBuilder builder = new PackBuilder(header, key);
    SegmentBuffer segment = new SegmentBuffer(64 << 10);
    SegmentRecord record = new SegmentRecord();
    try (PackStorage.Upload upload = storage.begin(id);
        ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      upload.append(ByteBuffer.wrap(header.encode()));
      for (int i = 0; i < CHUNKS_A_PACK; i++) {
        segment.add(id(), new byte[1], 0, 1);
        if (segment.chunkCount() == CHUNKS_A_SEGMENT) {
          sealer.compress(segment, record);
          builder.add(record);
          upload.append(ByteBuffer.wrap(record.bytes(), 0, record.length()));
          segment.clear();
        }
      }
      upload.append(ByteBuffer.wrap(builder.finish()));
      upload.publish();
    }
  }

  private ChunkId id() {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  @SuppressWarnings("SystemOut")
  private void rebuild(String name, int chunks) throws IOException {
    ProcessorCost cost = new ProcessorCost();
    long begin = System.nanoTime();
    cost.of(0, () -> load(directory.resolve(name)));
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%,12d %12.2f %,14.0f %16.2f%n",
        chunks, seconds, chunks / seconds, cost.cpuSeconds * 1e6 / chunks);
  }

  private long load(Path index) throws IOException {
    try (WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors())) {
      PackLibrary library = new PackLibrary(storage, () -> ring);
      IndexLoader.Loaded loaded =
          new IndexLoader(storage, library, pool, false).load(index, REPOSITORY);
      long size = loaded.index().size();
      loaded.index().close();
      return size;
    }
  }
}
