package dozo.mount.overlay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The map file of a disk: a head, and records that are appended, each twice, and synced one at a
 * time. Behind the last record are zeros, written ahead, so that a file system that is full fails
 * the write of a guest and not its sync.
 *
 * <p>One thread at a time appends; any may {@link #reserve} meanwhile.
 */
final class MapJournal implements Closeable {
  /** How much is written ahead at a time. */
  static final int RESERVE_BYTES = 256 << 10;

  private static final int ZEROS_BYTES = 64 << 10;

  /** How much is read at a time when a map is opened. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final Path path;
  private final BlockFile file;
  private final OverlayHeader header;

  /** Where the next record goes. Read by {@link #reserve} while another thread appends. */
  private volatile long end;

  /** How far the file was written. What lies before is written to by the appending thread only. */
  private volatile long reserved;

  private final ReentrantLock reserving = new ReentrantLock();

  /** What was read last, while the map is opened. */
  private ByteBuffer window = ByteBuffer.allocate(0);

  private long windowOffset;

  private long sequence;

  private MapJournal(Path path, BlockFile file, OverlayHeader header, long reserved) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.reserved = reserved;
    this.end = OverlayFormat.HEADER_BYTES;
  }

  /** Creates a map that says nothing yet. It is not synced. */
  static MapJournal create(OverlayFiles files, Path path, OverlayHeader header) throws IOException {
    BlockFile file = files.create(path);
    try {
      file.write(0, header.encode());
      MapJournal journal = new MapJournal(path, file, header, OverlayFormat.HEADER_BYTES);
      journal.writeAhead(OverlayFormat.HEADER_BYTES + RESERVE_BYTES);
      return journal;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a map and replays it. What a crash left half written at its end is cut off.
   *
   * @param replay gets the records in order
   * @throws dozo.format.CorruptDataException if anything but the last record is damaged
   */
  static MapJournal open(OverlayFiles files, Path path, Consumer<MapRecord> replay)
      throws IOException {
    BlockFile file = files.open(path);
    try {
      OverlayHeader header = OverlayHeader.read(file, path);
      MapJournal journal = new MapJournal(path, file, header, file.sizeBytes());
      journal.replay(replay);
      journal.clearTail();
      journal.window = ByteBuffer.allocate(0);
      return journal;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads a map that another process may be appending to, and changes nothing. */
  static void peek(OverlayFiles files, Path path, Consumer<MapRecord> replay) throws IOException {
    try (BlockFile file = files.open(path)) {
      OverlayHeader header = OverlayHeader.read(file, path);
      new MapJournal(path, file, header, file.sizeBytes()).replay(replay);
    }
  }

  OverlayHeader header() {
    return header;
  }

  /** How long the part is that says something. */
  long usedBytes() {
    return end;
  }

  private void replay(Consumer<MapRecord> replay) throws IOException {
    Optional<MapRecord> record = next();
    while (record.isPresent()) {
      replay.accept(record.get());
      sequence++;
      long start = end;
      end = start + 2L * MapRecord.bytes(record.get().entries().size());
      record = next();
    }
  }

  /** The next record: its first copy or, if that is damaged, its second. */
  private Optional<MapRecord> next() throws IOException {
    long stop = Math.min(reserved, end + MapRecord.bytes(MapRecord.MAX_ENTRIES) + 1);
    for (long at = end; at < stop; at += OverlayFormat.SECTOR_BYTES) {
      Optional<MapRecord> record = recordAt(at);
      if (record.isPresent()) {
        boolean follows =
            record.get().sequence() == sequence + 1
                && (at == end || at - end == MapRecord.bytes(record.get().entries().size()));
        return follows ? record : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<MapRecord> recordAt(long offset) throws IOException {
    if (offset + OverlayFormat.SECTOR_BYTES > reserved) {
      return Optional.empty();
    }
    ByteBuffer sector = read(offset, OverlayFormat.SECTOR_BYTES);
    int length = MapRecord.lengthAt(sector);
    if (length == 0 || length > reserved - offset) {
      return Optional.empty();
    }
    ByteBuffer bytes = length == sector.remaining() ? sector : read(offset, length);
    return MapRecord.decode(bytes, header.overlay(), header.generation());
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    if (offset < windowOffset || offset + length > windowOffset + window.limit()) {
      long size = Math.min(Math.max(length, WINDOW_BYTES), reserved - offset);
      window = ByteBuffer.allocate((int) size);
      file.read(offset, window);
      window.flip();
      windowOffset = offset;
    }
    return window.slice((int) (offset - windowOffset), length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Makes zeros of what stands behind the last record, unless a record stands there that is whole:
   * then one before it, which was acknowledged, is damaged.
   */
  private void clearTail() throws IOException {
    boolean dirty = false;
    for (long at = end; at < reserved; at += OverlayFormat.SECTOR_BYTES) {
      int length = (int) Math.min(OverlayFormat.SECTOR_BYTES, reserved - at);
      if (isZeros(read(at, length))) {
        continue;
      }
      dirty = true;
      Optional<MapRecord> later = recordAt(at);
      if (later.isPresent() && later.get().sequence() > sequence + 1) {
        throw OverlayFormat.corrupt(
            "The overlay's map is damaged in the middle",
            path,
            end,
            "record " + (sequence + 1),
            "record " + later.get().sequence() + " at offset " + at);
      }
    }
    if (dirty) {
      long size = reserved;
      reserved = end;
      writeAhead(size);
      file.sync();
    }
  }

  private static boolean isZeros(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes sure that there is room for so many entries, in at most two appends. May be called while
   * another thread appends, if what that appends is counted too.
   *
   * @throws dozo.format.NoSpaceException if the file system is full; nothing is lost then
   */
  void reserve(long entries) throws IOException {
    requireRoom(end + 2 * MapRecord.bytesOfAll(entries) + 4L * MapRecord.bytes(0), RESERVE_BYTES);
  }

  private void requireRoom(long to, int more) throws IOException {
    if (to > reserved) {
      reserving.lock();
      try {
        writeAhead(to + more);
      } finally {
        reserving.unlock();
      }
    }
  }

  private void writeAhead(long to) throws IOException {
    for (long at = reserved; at < to; at = reserved) {
      int length = (int) Math.min(ZEROS_BYTES, to - at);
      file.write(at, ByteBuffer.allocate(length));
      reserved = at + length;
    }
  }

  /**
   * Appends what a sync is to make durable, and syncs. Each record is synced before the next is
   * written: so only the last can be torn, and damage before it is known for what it is.
   *
   * @throws IOException if it may be lost; the map must not be used any more
   */
  void append(long sizeBytes, long baseEnd, List<MapEntry> entries) throws IOException {
    int at = 0;
    do {
      int count = Math.min(MapRecord.MAX_ENTRIES, entries.size() - at);
      MapRecord record =
          new MapRecord(++sequence, sizeBytes, baseEnd, entries.subList(at, at + count));
      ByteBuffer bytes = record.encode(header.overlay(), header.generation());
      int length = bytes.remaining();
      long start = end;
      requireRoom(start + 2L * length, 0);
      file.write(start, ByteBuffer.allocate(2 * length).put(bytes.duplicate()).put(bytes).flip());
      file.sync();
      end = start + 2L * length;
      at += count;
    } while (at < entries.size());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
