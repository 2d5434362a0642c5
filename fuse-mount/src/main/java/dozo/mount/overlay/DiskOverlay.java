package dozo.mount.overlay;

import dozo.format.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An image with what was written over it: {@link LayeredReader} and {@link LayeredWriter} move the
 * bytes, {@link LiveMap} knows which blocks were written, and {@link Soundness} that nothing is
 * served after a failure.
 *
 * <p>Safe for use by many threads. A read takes no lock; writes go side by side; cutting the image
 * waits for all writes.
 */
public final class DiskOverlay implements Closeable {
  private static final int BLOCK = OverlayFormat.BLOCK_BYTES;

  private final BlockFile data;
  private final LiveMap map;
  private final LayeredReader reader;
  private final LayeredWriter writer;
  private final WriteTracker tracker = new WriteTracker();
  private final Soundness soundness = new Soundness();

  /** Held for reading by whoever writes, and for writing by whoever must be alone. */
  private final ReentrantReadWriteLock sizing = new ReentrantReadWriteLock();

  private final ReentrantLock syncing = new ReentrantLock();
  private volatile boolean frozen;

  /** Opens the overlay of a disk, which owns its files from then on. */
  static DiskOverlay open(BaseImage base, BlockFile data, MapStore map, SpaceLimit space)
      throws IOException {
    DiskOverlay disk = new DiskOverlay(base, data, map, space);
    disk.clearTail();
    return disk;
  }

  private DiskOverlay(BaseImage base, BlockFile data, MapStore map, SpaceLimit space) {
    this.data = data;
    this.map = new LiveMap(map);
    this.reader = new LayeredReader(base, data, this.map);
    this.writer = new LayeredWriter(data, this.map, reader, space, tracker, soundness);
  }

  /**
   * Makes zeros of what stands behind the image's end in its last block: growth that a crash took
   * back, which must not show when the image grows again.
   */
  private void clearTail() throws IOException {
    long sizeBytes = map.sizeBytes();
    int tail = (int) (sizeBytes % BLOCK);
    if (tail > 0 && map.stateAt(sizeBytes) == BlockState.DATA) {
      data.write(sizeBytes, ByteBuffer.allocate(BLOCK - tail));
      data.sync();
    }
  }

  /** The length of the image, as it is now. */
  public long sizeBytes() {
    return map.sizeBytes();
  }

  /**
   * Fills the target.
   *
   * @param offset where to start; offset and what remains in target together lie within the size
   */
  public void read(long offset, ByteBuffer target) throws IOException {
    soundness.require();
    Objects.checkFromIndexSize(offset, target.remaining(), OverlayFormat.MAX_IMAGE_BYTES);
    reader.read(offset, target);
  }

  /**
   * Says where there may be anything but zeros.
   *
   * @return the first such offset from {@code offset} on, or {@code end} if there is none before
   */
  public long nextData(long offset, long end) throws IOException {
    soundness.require();
    return reader.nextData(offset, end);
  }

  /**
   * Says how far the data that begin at an offset are known to go.
   *
   * @param offset where {@link #nextData} says that there are data
   * @return more than {@code offset}, at most {@code end}
   */
  public long dataEnd(long offset, long end) throws IOException {
    return reader.dataEnd(offset, end);
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
      throw tooLong(end);
    }
    sizing.readLock().lock();
    try {
      requireWritable();
      writer.write(offset, source);
    } catch (NoSpaceException e) {
      soundness.noRoom(e);
      throw e;
    } finally {
      sizing.readLock().unlock();
    }
  }

  private static IOException tooLong(long sizeBytes) {
    return new IOException("no image is as long as " + sizeBytes + " bytes");
  }

  /**
   * Makes zeros of a range, which takes no room where nothing was written before.
   *
   * @param offset offset and length together lie within the size
   * @param must whether every byte has to be zero afterwards; else blocks that would cost a write
   *     are left as they are
   */
  public void zero(long offset, long lengthBytes, boolean must) throws IOException {
    Objects.checkFromIndexSize(offset, lengthBytes, map.sizeBytes());
    sizing.readLock().lock();
    try {
      requireWritable();
      writer.zero(offset, offset + lengthBytes, must);
    } catch (NoSpaceException e) {
      soundness.noRoom(e);
      throw e;
    } finally {
      sizing.readLock().unlock();
    }
  }

  /** Cuts the image, or grows it by zeros. */
  public void truncate(long newSizeBytes) throws IOException {
    if (newSizeBytes < 0 || newSizeBytes > OverlayFormat.MAX_IMAGE_BYTES) {
      throw tooLong(newSizeBytes);
    }
    sizing.writeLock().lock();
    try {
      requireWritable();
      if (newSizeBytes < map.sizeBytes()) {
        writer.cutTo(newSizeBytes);
      } else {
        map.growTo(newSizeBytes);
      }
    } catch (NoSpaceException e) {
      soundness.noRoom(e);
      throw e;
    } finally {
      sizing.writeLock().unlock();
    }
  }

  /**
   * Puts every write that returned before onto stable storage.
   *
   * @throws IOException if any of them may be lost; nothing more can be done with the overlay
   */
  public void force() throws IOException {
    syncing.lock();
    try {
      soundness.require();
      map.sync(data);
    } catch (IOException | RuntimeException | Error e) {
      soundness.breakWith(e);
      throw e;
    } finally {
      syncing.unlock();
    }
  }

  /** Whether it takes writes. */
  OverlayState state() {
    return soundness.state();
  }

  /** Whether the next {@link #force} has anything to do. */
  boolean isUnsynced() {
    return !soundness.isBroken() && map.isUnsynced();
  }

  /** Lists what was written, in order, in bytes of the image. */
  public List<WrittenRange> written() {
    return ranges(map.written());
  }

  private List<WrittenRange> ranges(List<MapEntry> blocks) {
    long size = map.sizeBytes();
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
    Optional<BlockStates> before = tracker.beginAnew();
    // A write under way may still note itself there; when it has ended it has.
    awaitWrites();
    return before.map(noted -> ranges(noted.written())).orElse(List.of());
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
    soundness.require();
    if (frozen) {
      throw new ReadOnlyFileSystemException();
    }
  }

  /** Syncs, if nothing failed before, and closes the files. */
  @Override
  public void close() throws IOException {
    try (data;
        map) {
      if (!soundness.isBroken()) {
        force();
      }
    }
  }
}
