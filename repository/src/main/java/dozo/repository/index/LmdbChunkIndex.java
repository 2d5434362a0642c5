package dozo.repository.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.ChunkId;
import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.format.UuidBytes;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index in LMDB ({@code docs/format.md} §12).
 *
 * <p>A commit of LMDB is on stable storage when it returns and costs pages in proportion to the
 * places it touches; so callers bring many packs at a time, and what they bring is written in the
 * order of the keys. Read transactions are kept between look-ups and move between threads, which is
 * why the environment is opened without thread-local reader slots.
 *
 * <p>LMDB trusts its pages: a damaged one may end the process. {@link LmdbCheck} therefore looks
 * through the file before it is mapped.
 */
public final class LmdbChunkIndex implements ChunkIndex {

  private static final Logger log = LoggerFactory.getLogger(LmdbChunkIndex.class);

  static final String DATA_FILE = "data.mdb";
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 16;
  private static final int LOCATION_BYTES = 12;
  private static final int PACK_BYTES = 36;
  private static final int READERS = 1_024;

  /** Address space only, which costs nothing: the file grows with what is in it. */
  private static final long[] MAP_BYTES = {256L << 30, 32L << 30, 4L << 30, 512L << 20};

  private static final byte[] META_VERSION = "version".getBytes(US_ASCII);
  private static final byte[] META_REPOSITORY = "repository".getBytes(US_ASCII);

  private static final String CHUNKS = "chunks";
  private static final ValueLayout.OfLong BIG_ENDIAN =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Path directory;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> chunks;
  private final Dbi<ByteBuffer> packs;
  private final Dbi<ByteBuffer> meta;

  /** Held for reading by every transaction, and for writing while the map is resized or closed. */
  private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock();

  private final ConcurrentLinkedDeque<Reader> idleReaders = new ConcurrentLinkedDeque<>();
  private long mapBytes;
  private volatile boolean closed;

  private LmdbChunkIndex(Path directory, Env<ByteBuffer> env, long mapBytes) {
    this.directory = directory;
    this.env = env;
    this.mapBytes = mapBytes;
    this.chunks = env.openDbi(CHUNKS, DbiFlags.MDB_CREATE);
    this.packs = env.openDbi("packs", DbiFlags.MDB_CREATE);
    this.meta = env.openDbi("meta", DbiFlags.MDB_CREATE);
  }

  /**
   * An index that was opened.
   *
   * @param index the index
   * @param known every id that it knows
   */
  public record Opened(LmdbChunkIndex index, KnownIds known) {}

  /**
   * Opens the index in a directory, which is created if it is missing. An index that is damaged,
   * belongs to another repository or has another version is deleted, and an empty one takes its
   * place.
   *
   * @param expectedIds how many ids the packs are thought to hold
   * @throws IOException if no index can be made there
   */
  public static Opened open(Path directory, UUID repositoryId, long expectedIds)
      throws IOException {
    Files.createDirectories(directory);
    try {
      KnownIdsReader reader = new KnownIdsReader(expectedIds);
      LmdbCheck.check(directory.resolve(DATA_FILE), reader);
      LmdbChunkIndex index = map(directory);
      String wrong = index.claim(repositoryId);
      if (wrong == null) {
        return new Opened(index, reader.known);
      }
      log.warn("The index is made anew, because {} path={}", wrong, directory);
      index.env.close();
    } catch (LmdbException | IOException e) {
      log.warn("The index is made anew, because it is damaged path={}", directory, e);
    }
    return openEmpty(directory, repositoryId, expectedIds);
  }

  /**
   * Opens an empty index in place of one that may be in the directory, and is closed.
   *
   * @throws IOException if no index can be made there
   */
  static Opened openEmpty(Path directory, UUID repositoryId, long expectedIds) throws IOException {
    clear(directory);
    LmdbChunkIndex index = map(directory);
    String wrong = index.claim(repositoryId);
    if (wrong != null) {
      throw new IOException("A new index cannot be used, because " + wrong + ": " + directory);
    }
    return new Opened(index, new KnownIds(expectedIds));
  }

  /** Gathers the ids that are shown when the file is checked. */
  private static final class KnownIdsReader implements LmdbCheck.Visitor {

    private final long expectedIds;
    private KnownIds known;

    KnownIdsReader(long expectedIds) {
      this.expectedIds = expectedIds;
      this.known = new KnownIds(expectedIds);
    }

    @Override
    public void tree(String name, long entries) {
      if (name.equals(CHUNKS)) {
        known = new KnownIds(Math.max(entries, expectedIds));
      }
    }

    @Override
    public void key(String tree, MemorySegment key) {
      if (tree.equals(CHUNKS) && key.byteSize() == KEY_BYTES) {
        known.add(key.get(BIG_ENDIAN, 0), key.get(BIG_ENDIAN, Long.BYTES));
      }
    }
  }

  private static LmdbChunkIndex map(Path directory) throws IOException {
    LmdbException last = null;
    for (long bytes : MAP_BYTES) {
      try {
        Env<ByteBuffer> env =
            Env.create()
                .setMapSize(bytes)
                .setMaxDbs(3)
                .setMaxReaders(READERS)
                .open(directory.toFile(), 0600, EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
        try {
          return new LmdbChunkIndex(directory, env, bytes);
        } catch (LmdbException e) {
          env.close();
          throw e;
        }
      } catch (LmdbException e) {
        last = e; // Too little address space, or something that the smallest map will show as well.
      }
    }
    throw new IOException("LMDB cannot open " + directory, last);
  }

  /** Deletes the files, but nothing that is not LMDB's. */
  private static void clear(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(DATA_FILE));
    Files.deleteIfExists(directory.resolve("lock.mdb"));
  }

  /** Makes an empty index this repository's, and says what is wrong with one that is not. */
  private @Nullable String claim(UUID repositoryId) {
    try (Txn<ByteBuffer> txn = env.txnWrite()) {
      ByteBuffer version = meta.get(txn, direct(META_VERSION));
      if (version == null) {
        meta.put(txn, direct(META_VERSION), direct(new byte[] {VERSION}));
        meta.put(txn, direct(META_REPOSITORY), direct(UuidBytes.of(repositoryId)));
      } else if (version.remaining() != 1 || version.get(0) != VERSION) {
        return "it has another version";
      }
      ByteBuffer owner = meta.get(txn, direct(META_REPOSITORY));
      if (owner == null || !owner.equals(direct(UuidBytes.of(repositoryId)))) {
        return "it belongs to another repository";
      }
      txn.commit();
      return null;
    }
  }

  @Override
  public List<@Nullable ChunkLocation> find(List<ChunkId> ids) {
    List<@Nullable ChunkLocation> found = new ArrayList<>(ids.size());
    mapLock.readLock().lock();
    try {
      Reader reader = reader();
      try {
        for (ChunkId id : ids) {
          ByteBuffer value = chunks.get(reader.txn, key(reader.key, id));
          found.add(value == null ? null : location(value));
        }
      } finally {
        reader.txn.reset();
        idleReaders.push(reader);
      }
    } finally {
      mapLock.readLock().unlock();
    }
    return found;
  }

  /** A read transaction that is between two uses, and room for a key. */
  private record Reader(Txn<ByteBuffer> txn, ByteBuffer key) {}

  private Reader reader() {
    if (closed) {
      throw new IllegalStateException("The index is closed");
    }
    Reader idle = idleReaders.poll();
    if (idle == null) {
      return new Reader(env.txnRead(), ByteBuffer.allocateDirect(KEY_BYTES));
    }
    idle.txn.renew();
    return idle;
  }

  @Override
  public void add(List<Contents> contents) throws IOException {
    exchange(contents, List.of());
  }

  @Override
  public void exchange(List<Contents> added, List<Contents> removed) throws IOException {
    List<Entry> coming = sorted(added);
    List<Entry> going = sorted(removed);
    write(txn -> {
      ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES);
      ByteBuffer value = littleEndian(LOCATION_BYTES);
      for (Entry entry : coming) {
        value
            .clear()
            .putInt(entry.pack)
            .putInt((int) entry.segmentOffset)
            .putInt(entry.sealedBytes)
            .flip();
        chunks.put(txn, key(key, entry.id), value);
      }
      for (Contents each : added) {
        packs.put(txn, packKey(each.pack().number()), encode(each.pack()));
      }
      for (Entry entry : going) {
        ByteBuffer there = chunks.get(txn, key(key, entry.id));
        if (there != null && location(there).pack() == entry.pack) {
          chunks.delete(txn, key(key, entry.id));
        }
      }
      for (Contents each : removed) {
        packs.delete(txn, packKey(each.pack().number()));
      }
    });
  }

  private record Entry(ChunkId id, int pack, long segmentOffset, int sealedBytes) {}

  private static List<Entry> sorted(List<Contents> contents) {
    int count = contents.stream().mapToInt(each -> each.directory().chunkCount()).sum();
    List<Entry> entries = new ArrayList<>(count);
    for (Contents each : contents) {
      PackDirectory directory = each.directory();
      for (int segment = 0; segment < directory.segmentCount(); segment++) {
        int first = directory.firstChunk(segment);
        for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
          entries.add(
              new Entry(
                  directory.id(chunk),
                  each.pack().number(),
                  directory.offset(segment),
                  directory.sealedLength(segment)));
        }
      }
    }
    entries.sort((a, b) -> a.id.compareTo(b.id));
    return entries;
  }

  @Override
  public void remove(ChunkLocation segment, Collection<ChunkId> ids) throws IOException {
    write(txn -> {
      ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES);
      for (ChunkId id : ids) {
        ByteBuffer value = chunks.get(txn, key(key, id));
        if (value != null && location(value).equals(segment)) {
          chunks.delete(txn, key(key, id));
        }
      }
    });
  }

  @Override
  public void forget(Collection<PackEntry> gone) throws IOException {
    write(txn -> {
      for (PackEntry pack : gone) {
        packs.delete(txn, packKey(pack.number()));
      }
    });
  }

  @Override
  public List<PackEntry> packs() {
    List<PackEntry> entries = new ArrayList<>();
    scan(packs, (key, value) -> entries.add(decode(key, value)));
    return entries;
  }

  @Override
  public long size() {
    mapLock.readLock().lock();
    try (Txn<ByteBuffer> txn = env.txnRead()) {
      return chunks.stat(txn).entries;
    } finally {
      mapLock.readLock().unlock();
    }
  }

  @FunctionalInterface
  private interface Visitor {
    void visit(ByteBuffer key, ByteBuffer value);
  }

  private void scan(Dbi<ByteBuffer> table, Visitor visitor) {
    mapLock.readLock().lock();
    try (Txn<ByteBuffer> txn = env.txnRead();
        Cursor<ByteBuffer> cursor = table.openCursor(txn)) {
      boolean more = cursor.seek(SeekOp.MDB_FIRST);
      while (more) {
        visitor.visit(cursor.key(), cursor.val());
        more = cursor.next();
      }
    } finally {
      mapLock.readLock().unlock();
    }
  }

  @FunctionalInterface
  private interface Change {
    void apply(Txn<ByteBuffer> txn);
  }

  private synchronized void write(Change change) throws IOException {
    while (!tryWrite(change)) {
      growMap();
    }
  }

  private boolean tryWrite(Change change) throws IOException {
    mapLock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The index is closed");
      }
      try (Txn<ByteBuffer> txn = env.txnWrite()) {
        change.apply(txn);
        txn.commit();
        return true;
      }
    } catch (Env.MapFullException e) {
      return false;
    } catch (LmdbException e) {
      throw explain(e);
    } finally {
      mapLock.readLock().unlock();
    }
  }

  private IOException explain(LmdbException e) {
    if (String.valueOf(e.getMessage()).contains("No space left")) {
      return new NoSpaceException(
          Fault.of("The file system of the index is full").file(directory).cure("free some space"),
          e);
    }
    return new IOException("The index cannot be written: " + directory, e);
  }

  private void growMap() {
    mapLock.writeLock().lock();
    try {
      closeReaders();
      mapBytes *= 2;
      env.setMapSize(mapBytes);
      log.info("The index map grew bytes={} path={}", mapBytes, directory);
    } finally {
      mapLock.writeLock().unlock();
    }
  }

  private void closeReaders() {
    for (Reader idle = idleReaders.poll(); idle != null; idle = idleReaders.poll()) {
      idle.txn.close();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    mapLock.writeLock().lock();
    try {
      closed = true;
      closeReaders();
      env.close();
    } finally {
      mapLock.writeLock().unlock();
    }
  }

  private static ByteBuffer key(ByteBuffer key, ChunkId id) {
    return key.clear().putLong(id.first()).putLong(id.second()).flip();
  }

  private static ChunkLocation location(ByteBuffer value) {
    ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return new ChunkLocation(
        bytes.getInt(0), Integer.toUnsignedLong(bytes.getInt(4)), bytes.getInt(8));
  }

  private static ByteBuffer packKey(int number) {
    return ByteBuffer.allocateDirect(Integer.BYTES).putInt(0, number);
  }

  private static ByteBuffer encode(PackEntry pack) {
    ByteBuffer value = littleEndian(PACK_BYTES);
    UuidBytes.put(value, pack.id());
    return value
        .put((byte) pack.kind().code())
        .put((byte) 0)
        .putShort((short) 0)
        .putInt(pack.epoch())
        .putLong(pack.sizeBytes())
        .putInt(pack.chunks())
        .flip();
  }

  private static PackEntry decode(ByteBuffer key, ByteBuffer value) {
    ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    UUID id = UuidBytes.get(bytes);
    ContentKind kind =
        bytes.get() == ContentKind.DATA.code() ? ContentKind.DATA : ContentKind.MAP_NODES;
    bytes.get();
    bytes.getShort();
    int epoch = bytes.getInt();
    int number = key.duplicate().getInt(0);
    return new PackEntry(number, id, kind, epoch, bytes.getLong(), bytes.getInt());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
