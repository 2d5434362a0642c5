package dozo.bench.index;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.index.ChunkIndex.Contents;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Packs of chunks of one byte under random ids: real files with real directories, as long as those
 * of packs of 64 MiB. The ids of a pack follow from its number, so none has to be remembered.
 *
 * <p>Safe for use by several threads.
 */
final class SyntheticPacks {

  static final UUID REPOSITORY = new UUID(0x4000, 3);
  static final int CHUNKS_A_PACK = 5_000;
  private static final int CHUNKS_A_SEGMENT = 20;

  private final KeyRing ring = KeyRing.create(REPOSITORY, Instant.EPOCH, new SecureRandom());
  private final LocalPackStorage storage;
  private final PackLibrary library;
  private final PackTable table = new PackTable(1);

  SyntheticPacks(Path directory) throws IOException {
    LocalFiles files = new LocalFiles();
    Path packs = Files.createDirectories(directory.resolve("packs"));
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    Path trash = Files.createDirectories(directory.resolve("trash"));
    storage = new LocalPackStorage(files, new FilePublisher(files, temporary), packs, trash);
    storage.prepare();
    library = new PackLibrary(storage, () -> ring);
  }

  PackLibrary library() {
    return library;
  }

  PackTable table() {
    return table;
  }

  /** How many packs have been made. Their numbers are 1 to that. */
  int count() {
    return table.highestNumber();
  }

  /** Makes packs, several at a time. */
  List<Contents> make(int packs, WorkPool pool) throws IOException {
    Contents[] made = new Contents[packs];
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (int i = 0; i < packs; i++) {
      int place = i;
      PackEntry entry =
          table.add(idOf(count() + 1), ContentKind.DATA, 1, sizeGuess(), CHUNKS_A_PACK);
      tasks.add(() -> made[place] = make(entry));
    }
    pool.runAll(tasks);
    return Arrays.asList(made);
  }

  /** The table wants a length; nothing here looks at it. */
  private static long sizeGuess() {
    return 64L << 20;
  }

  private static UUID idOf(int number) {
    return new UUID(new SplittableRandom(-number).nextLong(), number);
  }

  private Contents make(PackEntry entry) throws IOException {
    PackHeader header = new PackHeader(entry.id(), REPOSITORY, 1, ContentKind.DATA);
    PackKey key = ring.packKey(1, entry.id());
    PackBuilder builder = new PackBuilder(header, key);
    SegmentBuffer segment = new SegmentBuffer(64 << 10);
    SegmentRecord record = new SegmentRecord();
    try (PackStorage.Upload upload = storage.begin(entry.id());
        ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      upload.append(ByteBuffer.wrap(header.encode()));
      for (ChunkId id : chunks(entry.number())) {
        segment.add(id, new byte[1], 0, 1);
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
    return new Contents(entry, builder.directory());
  }

  /** The ids of the chunks in a pack, in its order. */
  static List<ChunkId> chunks(int number) {
    return ids(new SplittableRandom(number), CHUNKS_A_PACK);
  }

  /** Random ids. */
  static List<ChunkId> ids(SplittableRandom random, int count) {
    List<ChunkId> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(
          new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
    }
    return ids;
  }
}
