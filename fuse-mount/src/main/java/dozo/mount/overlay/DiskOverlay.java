package dozo.mount.overlay;

import dozo.format.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An image with what was written over it.
 *
 * <p>Safe for use by many threads. A read takes no lock: a block's data are written before its
 * state says that they are there. Writes that touch the same 64 KiB take turns, so that a block is
 * copied from the image beneath once; cutting the image waits for all writes.
 */
public final class DiskOverlay implements Closeable {
  private static final int BLOCK = OverlayFormat.BLOCK_BYTES;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int STRIPES = 64;
  private static final byte[] ZEROS = new byte[64 << 10];

  private final BaseImage base;
  private final BlockFile data;
  private final MapStore map;
  private final BlockStates states;
  private final SpaceLimit space;
  private final ReentrantReadWriteLock sizing = new ReentrantReadWriteLock();
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /** Guards what the next sync has to write down; never held while something is waited for. */
  private final ReentrantLock changing = new ReentrantLock();

  private final ReentrantLock syncing = new ReentrantLock();
  private List<MapEntry> pending = new ArrayList<>();

  /** How many entries the sync that runs is writing down. */
  private int beingSynced;

  private boolean unsynced;
  private boolean resized;

  private volatile long sizeBytes;

  /** Where the image beneath ends to show, since it was cut there once. */
  private volatile long baseEnd;

  private volatile @Nullable IOException broken;
  private volatile boolean frozen;
  private volatile @Nullable WriteTracker tracker;

  /** Opens the overlay of a disk, which owns its files from then on. */
  static DiskOverlay open(BaseImage base, BlockFile data, MapStore map, SpaceLimit space)
      throws IOException {
    DiskOverlay disk = new DiskOverlay(base, data, map, space);
    disk.clearTail();
    return disk;
  }

  private DiskOverlay(BaseImage base, BlockFile data, MapStore map, SpaceLimit space) {
    this.base = base;
    this.data = data;
    this.map = map;
    this.states = map.states();
    this.sizeBytes = map.sizeBytes();
    this.baseEnd = map.baseEnd();
    this.space = space;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /**
   * Makes zeros of what stands behind the image's end in its last block: growth that a crash took
   * back, which must not show when the image grows again.
   */
  private void clearTail() throws IOException {
    int tail = (int) (sizeBytes % BLOCK);
    if (tail > 0 && states.get(sizeBytes / BLOCK) == BlockState.DATA) {
      data.write(sizeBytes, ByteBuffer.wrap(ZEROS, 0, BLOCK - tail));
      data.sync();
    }
  }

  /** The length of the image, as it is now. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Fills the target.
   *
   * @param offset where to start; offset and what remains in target together lie within the size
   */
  public void read(long offset, ByteBuffer target) throws IOException {
    requireSound();
    Objects.checkFromIndexSize(offset, target.remaining(), OverlayFormat.MAX_IMAGE_BYTES);
    long end = offset + target.remaining();
    int limit = target.limit();
    for (long at = offset; at < end; ) {
      long block = at / BLOCK;
      BlockState state = states.get(block);
      long runEnd = Math.min(end, states.runEnd(block, Math.ceilDiv(end, BLOCK)) * BLOCK);
      target.limit(target.position() + (int) (runEnd - at));
      switch (state) {
        case BASE -> readBase(at, target);
        case DATA -> data.read(at, target);
        case ZERO -> putZeros(target);
      }
      target.limit(limit);
      at = runEnd;
    }
  }

  private void readBase(long offset, ByteBuffer target) throws IOException {
    int limit = target.limit();
    int shown = Math.clamp(baseEnd - offset, 0, target.remaining());
    target.limit(target.position() + shown);
    if (target.hasRemaining()) {
      base.read(offset, target);
    }
    target.limit(limit);
    putZeros(target);
  }

  private static void putZeros(ByteBuffer target) {
    while (target.hasRemaining()) {
      target.put(ZEROS, 0, Math.min(ZEROS.length, target.remaining()));
    }
  }

  /**
   * Says where there may be anything but zeros.
   *
   * @return the first such offset from {@code offset} on, or {@code end} if there is none before
   */
  public long nextData(long offset, long end) throws IOException {
    requireSound();
    long at = offset;
    while (at < end) {
      long block = at / BLOCK;
      BlockState state = states.get(block);
      long runEnd = Math.min(end, states.runEnd(block, Math.ceilDiv(end, BLOCK)) * BLOCK);
      if (state == BlockState.DATA) {
        return at;
      }
      if (state == BlockState.BASE && at < baseEnd) {
        long shownEnd = Math.min(runEnd, baseEnd);
        long found = base.nextData(at, shownEnd);
        if (found < shownEnd) {
          return found;
        }
      }
      at = runEnd;
    }
    return end;
  }

  /**
   * Says how far the data that begin at an offset are known to go.
   *
   * @param offset where {@link #nextData} says that there are data
   * @return more than {@code offset}, at most {@code end}
   */
  public long dataEnd(long offset, long end) throws IOException {
    long block = offset / BLOCK;
    long runEnd = Math.min(end, states.runEnd(block, Math.ceilDiv(end, BLOCK)) * BLOCK);
    return states.get(block) == BlockState.BASE
        ? base.dataEnd(offset, Math.min(runEnd, baseEnd))
        : runEnd;
  }

  /**
   * Writes all of the source. The image grows where it ends before.
   *
   * @throws NoSpaceException if there is no room; what the source would have replaced may be
   *     replaced in part, and the overlay goes on
   */
  public void write(long offset, ByteBuffer source) throws IOException {
    long end = offset + source.remaining();
    if (offset < 0 || end > OverlayFormat.MAX_IMAGE_BYTES) {
      throw new IOException("no image is as long as " + end + " bytes");
    }
    sizing.readLock().lock();
    try {
      requireWritable();
      int limit = source.limit();
      for (long at = offset; at < end; ) {
        long pieceEnd = Math.min(end, (at / PIECE_BYTES + 1) * PIECE_BYTES);
        source.limit(source.position() + (int) (pieceEnd - at));
        ReentrantLock stripe = stripe(at);
        stripe.lock();
        try {
          writePiece(at, source);
        } finally {
          stripe.unlock();
          source.limit(limit);
        }
        at = pieceEnd;
      }
    } finally {
      sizing.readLock().unlock();
    }
  }

  private ReentrantLock stripe(long offset) {
    return stripes[(int) (offset / PIECE_BYTES % STRIPES)];
  }

  private void growTo(long end) {
    if (end <= sizeBytes) {
      return;
    }
    changing.lock();
    try {
      if (end > sizeBytes) {
        sizeBytes = end;
        resized = true;
      }
    } finally {
      changing.unlock();
    }
  }

  private void writePiece(long offset, ByteBuffer source) throws IOException {
    long end = offset + source.remaining();
    long first = offset / BLOCK;
    long last = (end - 1) / BLOCK;
    boolean copiesHead = offset % BLOCK != 0 && states.get(first) != BlockState.DATA;
    boolean copiesTail = end % BLOCK != 0 && states.get(last) != BlockState.DATA;
    // A block that is in the data file already is written in place, no more of it than was asked.
    long from = copiesHead ? first * BLOCK : offset;
    long to = copiesTail ? (last + 1) * BLOCK : end;
    if (first == last && (copiesHead || copiesTail)) {
      from = first * BLOCK;
      to = from + BLOCK;
    }
    ByteBuffer bytes = source;
    if (from < offset || to > end) {
      bytes = ByteBuffer.allocate((int) (to - from));
      readOld(from, bytes.limit((int) (offset - from)));
      bytes.limit((int) (end - from)).put(source);
      bytes.limit((int) (to - from));
      readOld(end, bytes);
      bytes.flip();
    }
    put(from, bytes, first, last + 1, end);
  }

  /** Reads what stood in the rest of a block that is copied: a block in the data file never is. */
  private void readOld(long offset, ByteBuffer target) throws IOException {
    if (target.hasRemaining()) {
      if (states.get(offset / BLOCK) == BlockState.ZERO) {
        putZeros(target);
      } else {
        readBase(offset, target);
      }
    }
  }

  /**
   * Writes to the data file.
   *
   * @param end where the image ends then, if it ended before
   */
  private void put(long offset, ByteBuffer bytes, long firstBlock, long endBlock, long end)
      throws IOException {
    List<MapEntry> fresh = runsNotData(firstBlock, endBlock);
    long freshBytes = fresh.stream().mapToLong(MapEntry::count).sum() * BLOCK;
    space.take(freshBytes);
    try {
      reserveFor(fresh.size());
      data.write(offset, bytes);
    } catch (NoSpaceException e) {
      space.add(-freshBytes);
      change(List.of(), sizeBytes);
      track(firstBlock, endBlock - firstBlock);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      breakWith(e);
      throw e;
    }
    change(fresh, end);
    track(firstBlock, endBlock - firstBlock);
  }

  private List<MapEntry> runsNotData(long first, long end) {
    List<MapEntry> runs = new ArrayList<>(1);
    for (long at = first; at < end; ) {
      BlockState state = states.get(at);
      long runEnd = states.runEnd(at, end);
      if (state != BlockState.DATA) {
        runs.add(new MapEntry(at, runEnd - at, BlockState.DATA));
      }
      at = runEnd;
    }
    return runs;
  }

  private void reserveFor(int entries) throws IOException {
    if (entries > 0) {
      changing.lock();
      try {
        map.reserve((long) beingSynced + pending.size() + entries);
      } finally {
        changing.unlock();
      }
    }
  }

  /**
   * Makes what was written count, now and, with the next sync, for good: blocks and size together,
   * so that no block is ever in the map that lies behind the image's end.
   */
  private void change(List<MapEntry> runs, long end) {
    changing.lock();
    try {
      unsynced = true;
      growTo(end);
      for (MapEntry run : runs) {
        states.set(run);
        if (!pending.isEmpty() && pending.getLast().isContinuedBy(run)) {
          MapEntry before = pending.removeLast();
          pending.add(new MapEntry(before.firstBlock(), before.count() + run.count(), run.state()));
        } else {
          pending.add(run);
        }
      }
    } finally {
      changing.unlock();
    }
  }

  private void track(long firstBlock, long count) {
    // Asked for after the write: whoever took the tracker away before reads what was written.
    WriteTracker current = tracker;
    if (current != null) {
      current.wrote(firstBlock, count);
    }
  }

  /**
   * Makes zeros of a range, which takes no room where nothing was written before.
   *
   * @param offset offset and length together lie within the size
   * @param must whether every byte has to be zero afterwards; else blocks that would cost a write
   *     are left as they are
   */
  public void zero(long offset, long lengthBytes, boolean must) throws IOException {
    Objects.checkFromIndexSize(offset, lengthBytes, sizeBytes);
    sizing.readLock().lock();
    try {
      requireWritable();
      long end = offset + lengthBytes;
      for (long at = offset; at < end; ) {
        long pieceEnd = Math.min(end, (at / PIECE_BYTES + 1) * PIECE_BYTES);
        ReentrantLock stripe = stripe(at);
        stripe.lock();
        try {
          zeroPiece(at, pieceEnd, must);
        } finally {
          stripe.unlock();
        }
        at = pieceEnd;
      }
    } finally {
      sizing.readLock().unlock();
    }
  }

  private void zeroPiece(long offset, long end, boolean must) throws IOException {
    for (long at = offset; at < end; ) {
      long block = at / BLOCK;
      long runEnd = Math.min(end, states.runEnd(block, Math.ceilDiv(end, BLOCK)) * BLOCK);
      switch (states.get(block)) {
        case ZERO -> {}
        case DATA -> {
          if (must) {
            writePiece(at, ByteBuffer.wrap(ZEROS, 0, (int) (runEnd - at)).slice());
          }
        }
        case BASE -> zeroBase(at, runEnd, must);
      }
      at = runEnd;
    }
  }

  private void zeroBase(long offset, long end, boolean must) throws IOException {
    long shownEnd = Math.min(end, baseEnd);
    if (offset >= shownEnd || base.nextData(offset, shownEnd) >= shownEnd) {
      return;
    }
    long first = Math.ceilDiv(offset, BLOCK);
    // The last block of the image may be a short one, which is whole all the same.
    long behind = end >= sizeBytes ? Math.ceilDiv(end, BLOCK) : end / BLOCK;
    if (first >= behind) {
      zeroBytes(offset, end, must);
      return;
    }
    zeroBytes(offset, first * BLOCK, must);
    reserveFor(1);
    change(List.of(new MapEntry(first, behind - first, BlockState.ZERO)), sizeBytes);
    track(first, behind - first);
    zeroBytes(behind * BLOCK, end, must);
  }

  private void zeroBytes(long offset, long end, boolean must) throws IOException {
    if (must && offset < end) {
      writePiece(offset, ByteBuffer.wrap(ZEROS, 0, (int) (end - offset)).slice());
    }
  }

  /** Cuts the image, or grows it by zeros. */
  public void truncate(long newSizeBytes) throws IOException {
    if (newSizeBytes < 0 || newSizeBytes > OverlayFormat.MAX_IMAGE_BYTES) {
      throw new IOException("no image is as long as " + newSizeBytes + " bytes");
    }
    sizing.writeLock().lock();
    try {
      requireWritable();
      if (newSizeBytes < sizeBytes) {
        cutTo(newSizeBytes);
      } else {
        growTo(newSizeBytes);
      }
    } finally {
      sizing.writeLock().unlock();
    }
  }

  private void cutTo(long newSizeBytes) throws IOException {
    long tailEnd = Math.min(sizeBytes, Math.ceilDiv(newSizeBytes, BLOCK) * BLOCK);
    if (tailEnd > newSizeBytes && states.get(newSizeBytes / BLOCK) == BlockState.DATA) {
      // If the image grows again, what was cut off must not come back.
      writePiece(newSizeBytes, ByteBuffer.wrap(ZEROS, 0, (int) (tailEnd - newSizeBytes)).slice());
    }
    long firstGone = Math.ceilDiv(newSizeBytes, BLOCK);
    List<MapEntry> gone = new ArrayList<>();
    long freedBlocks = 0;
    for (MapEntry run : states.written()) {
      if (run.end() > firstGone) {
        long from = Math.max(firstGone, run.firstBlock());
        gone.add(new MapEntry(from, run.end() - from, BlockState.BASE));
        freedBlocks += run.state() == BlockState.DATA ? run.end() - from : 0;
      }
    }
    reserveFor(gone.size());
    changing.lock();
    try {
      baseEnd = Math.min(baseEnd, newSizeBytes);
      sizeBytes = newSizeBytes;
      resized = true;
      change(gone, newSizeBytes);
    } finally {
      changing.unlock();
    }
    space.add(-freedBlocks * BLOCK);
  }

  /**
   * Puts every write that returned before onto stable storage.
   *
   * @throws IOException if any of them may be lost; nothing more can be done with the overlay
   */
  public void force() throws IOException {
    syncing.lock();
    try {
      requireSound();
      List<MapEntry> entries;
      long size;
      long shown;
      boolean mapChanged;
      changing.lock();
      try {
        if (!unsynced && !resized) {
          return;
        }
        entries = pending;
        pending = new ArrayList<>();
        beingSynced = entries.size();
        mapChanged = resized || !entries.isEmpty();
        unsynced = false;
        resized = false;
        size = sizeBytes;
        shown = baseEnd;
      } finally {
        changing.unlock();
      }
      data.sync();
      if (mapChanged) {
        map.append(size, shown, entries);
      }
      changing.lock();
      try {
        beingSynced = 0;
      } finally {
        changing.unlock();
      }
    } catch (IOException | RuntimeException | Error e) {
      breakWith(e);
      throw e;
    } finally {
      syncing.unlock();
    }
  }

  /** Whether the next {@link #force} has anything to do. */
  boolean isUnsynced() {
    changing.lock();
    try {
      return broken == null && (unsynced || resized);
    } finally {
      changing.unlock();
    }
  }

  /** Lists what was written, in order, in bytes of the image. */
  public List<WrittenRange> written() {
    return ranges(states.written());
  }

  private List<WrittenRange> ranges(List<MapEntry> blocks) {
    long size = sizeBytes;
    return blocks.stream()
        .filter(run -> run.firstBlock() * BLOCK < size)
        .map(run -> new WrittenRange(run.firstBlock() * BLOCK, Math.min(size, run.end() * BLOCK)))
        .toList();
  }

  /**
   * Begins to note what is written, anew at each call. Whoever copies the disk asks again and again
   * for what he missed.
   *
   * @return what was written since the call before; nothing at the first
   */
  public List<WrittenRange> writtenSinceLastAsked() {
    WriteTracker before = tracker;
    tracker = new WriteTracker();
    // A write under way may have taken the old one; when it has ended it has used it.
    awaitWrites();
    return before == null ? List.of() : ranges(before.written());
  }

  /** Takes no writes from now on, and returns when none is under way. */
  public void freeze() {
    frozen = true;
    awaitWrites();
  }

  /** Returns when every write has ended that had begun. */
  private void awaitWrites() {
    sizing.writeLock().lock();
    try {
      // Whoever has this lock is alone.
      requireNoWriter();
    } finally {
      sizing.writeLock().unlock();
    }
  }

  private void requireNoWriter() {
    if (sizing.getReadLockCount() > 0) {
      throw new IllegalStateException("a write is under way beside one that is alone");
    }
  }

  private void requireWritable() throws IOException {
    requireSound();
    if (frozen) {
      throw new ReadOnlyFileSystemException();
    }
  }

  private void requireSound() throws IOException {
    IOException cause = broken;
    if (cause != null) {
      throw new IOException(
          "the overlay is out of use since it could not be written: mount it again once the reason"
              + " is gone; what was synced before is kept",
          cause);
    }
  }

  private void breakWith(Throwable cause) {
    if (broken == null) {
      broken = cause instanceof IOException io ? io : new IOException("the overlay failed", cause);
    }
  }

  /** Syncs, if nothing failed before, and closes the files. */
  @Override
  public void close() throws IOException {
    try (data;
        map) {
      if (broken == null) {
        force();
      }
    }
  }
}
