package dozo.mount.tree;

import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk that several open files show. It is open while any of them is.
 *
 * <p>Safe for use by many threads. Read only while a {@link Lease} is held.
 */
final class SharedDisk {
  /** Opens the disk. */
  @FunctionalInterface
  interface Opener {
    DiskReader open() throws IOException;
  }

  private final Opener opener;
  private final long sizeBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable DiskReader reader;
  private int leases;

  SharedDisk(Opener opener, long sizeBytes) {
    this.opener = opener;
    this.sizeBytes = sizeBytes;
  }

  /** Keeps the disk open until it is closed. */
  final class Lease implements AutoCloseable {
    private boolean given = true;

    private Lease() {}

    /** Gives the lease back; the last one closes the disk. */
    @Override
    public void close() {
      lock.lock();
      try {
        DiskReader open = reader;
        if (given && --leases == 0 && open != null) {
          reader = null;
          open.close();
        }
        given = false;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Opens the disk if nobody has it open. */
  Lease lease() throws IOException {
    lock.lock();
    try {
      if (leases == 0) {
        reader = opener.open();
      }
      leases++;
      return new Lease();
    } finally {
      lock.unlock();
    }
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Reads what lies on the disk; the caller holds a lease. */
  void read(long offset, ByteBuffer target) throws IOException {
    open().read(offset, target);
  }

  private DiskReader open() {
    DiskReader open = reader;
    if (open == null) {
      throw new IllegalStateException("the disk is not open");
    }
    return open;
  }

  /** The disk as a reader that lives as long as the tree; to be used only with a lease. */
  DiskReader whileLeased() {
    return new DiskReader() {
      @Override
      public long sizeBytes() {
        return sizeBytes;
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        open().read(offset, target);
      }

      @Override
      public List<Extent> extents(long offset, int maximum) throws IOException {
        return open().extents(offset, maximum);
      }

      @Override
      public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
        return open().presence(blockBytes, firstBlock, count);
      }

      @Override
      public void close() {}
    };
  }
}
