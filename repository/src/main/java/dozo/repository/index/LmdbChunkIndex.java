package dozo.repository.index;

import dozo.format.ChunkId;
import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
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

  private final Path directory;
  private final boolean isReadOnly;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> chunks;
  private final Dbi<ByteBuffer> packs;

  /** Held for reading by every transaction, and for writing while the map is resized or closed. */
  private final ReentrantReadWriteLock mapLock = new ReentrantReadWriteLock();

  private final ConcurrentLinkedDeque<Reader> idleReaders = new ConcurrentLinkedDeque<>();
  private long mapBytes;
  private volatile boolean closed;

  private LmdbChunkIndex(Path directory, LmdbTables tables, boolean isReadOnly) {
    this.directory = directory;
    this.isReadOnly = isReadOnly;
    this.env = tables.env();
    this.mapBytes = tables.mapBytes();
    this.chunks = tables.chunks();
    this.packs = tables.packs();
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
      IndexFileReader reader = new IndexFileReader(expectedIds);
      LmdbCheck.check(LmdbTables.file(directory), reader);
      LmdbTables tables = LmdbTables.open(directory, repositoryId);
      return new Opened(new LmdbChunkIndex(directory, tables, false), reader.known());
    } catch (IOException e) {
      log.warn("The index is made anew path={}", directory, e);
    }
    return openEmpty(directory, repositoryId, expectedIds);
  }

  /**
   * Opens an empty index in place of one that may be in the directory, and is closed.
   *
   * @throws IOException if no index can be made there
   */
  static Opened openEmpty(Path directory, UUID repositoryId, long expectedIds) throws IOException {
    LmdbTables.delete(directory);
    LmdbTables tables = LmdbTables.open(directory, repositoryId);
    return new Opened(new LmdbChunkIndex(directory, tables, false), new KnownIds(expectedIds));
  }

  /**
   * Opens an index to look things up only. The file is not changed, and may be on a medium that
   * cannot be; what is entered or removed is not kept, as a hint need not be. Nobody may be
   * changing the file meanwhile, since LMDB's own lock is not taken.
   *
   * @return empty if there is none that can be used
   */
  static Optional<Opened> openReadOnly(Path directory, UUID repositoryId) {
    if (!Files.exists(LmdbTables.file(directory))) {
      return Optional.empty();
    }
    try {
      IndexFileReader reader = new IndexFileReader(0);
      LmdbCheck.check(LmdbTables.file(directory), reader);
      LmdbTables tables = LmdbTables.openReadOnly(directory, repositoryId);
      return Optional.of(new Opened(new LmdbChunkIndex(directory, tables, true), reader.known()));
    } catch (IOException e) {
      log.info("The index is not used path={}", directory, e);
      return Optional.empty();
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
          ByteBuffer value = chunks.get(reader.txn, IndexRecords.putChunkKey(reader.key, id));
          found.add(value == null ? null : IndexRecords.location(value));
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
      return new Reader(env.txnRead(), ByteBuffer.allocateDirect(IndexRecords.CHUNK_KEY_BYTES));
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
      ByteBuffer key = ByteBuffer.allocateDirect(IndexRecords.CHUNK_KEY_BYTES);
      ByteBuffer value = IndexRecords.littleEndian(IndexRecords.LOCATION_BYTES);
      for (Entry entry : coming) {
        IndexRecords.putLocation(value, entry.pack, entry.segmentOffset, entry.sealedBytes);
        chunks.put(txn, IndexRecords.putChunkKey(key, entry.id), value);
      }
      for (Contents each : added) {
        packs.put(txn, IndexRecords.packKey(each.pack().number()), IndexRecords.pack(each.pack()));
      }
      for (Entry entry : going) {
        ByteBuffer there = chunks.get(txn, IndexRecords.putChunkKey(key, entry.id));
        if (there != null && IndexRecords.location(there).pack() == entry.pack) {
          chunks.delete(txn, IndexRecords.putChunkKey(key, entry.id));
        }
      }
      for (Contents each : removed) {
        packs.delete(txn, IndexRecords.packKey(each.pack().number()));
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
      ByteBuffer key = ByteBuffer.allocateDirect(IndexRecords.CHUNK_KEY_BYTES);
      for (ChunkId id : ids) {
        ByteBuffer value = chunks.get(txn, IndexRecords.putChunkKey(key, id));
        if (value != null && IndexRecords.location(value).equals(segment)) {
          chunks.delete(txn, IndexRecords.putChunkKey(key, id));
        }
      }
    });
  }

  @Override
  public void forget(Collection<PackEntry> gone) throws IOException {
    write(txn -> {
      for (PackEntry pack : gone) {
        packs.delete(txn, IndexRecords.packKey(pack.number()));
      }
    });
  }

  @Override
  public List<PackEntry> packs() {
    List<PackEntry> entries = new ArrayList<>();
    scan(packs, (key, value) -> entries.add(IndexRecords.pack(key, value)));
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
    if (isReadOnly) {
      return;
    }
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
}
