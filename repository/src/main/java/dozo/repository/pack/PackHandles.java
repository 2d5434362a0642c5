package dozo.repository.pack;

import dozo.repository.storage.PackStorage;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The files of packs that were read last, kept open for the reads that follow: opening a file costs
 * as much as decrypting a segment. Within a bound of files; those read longest ago are closed, each
 * when nobody reads it any more.
 *
 * <p>Safe for use by several threads.
 */
final class PackHandles implements AutoCloseable {

  private final PackStorage storage;
  private final int maximum;

  /** What is kept, that used last at the end. */
  private final Map<UUID, Handle> kept = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  /** How often something was forgotten: what was opened before then may be gone. */
  private long forgotten;

  private boolean closed;

  /**
   * Keeps nothing yet.
   *
   * @param maximum how many files to keep open beside those that are read just now
   */
  PackHandles(PackStorage storage, int maximum) {
    this.storage = storage;
    this.maximum = maximum;
  }

  /** An open file. Its fields are guarded by the handles'. */
  private static final class Handle {
    private final ReadableFile file;
    private int readers;
    private boolean isKept;

    Handle(ReadableFile file) {
      this.file = file;
    }
  }

  /**
   * Opens a pack's file, or takes one that is open. Closing it leaves it to the next reader.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  ReadableFile open(UUID packId) throws IOException {
    long before;
    synchronized (this) {
      Handle known = kept.get(packId);
      if (known != null) {
        return lend(known);
      }
      before = forgotten;
    }
    Handle opened = new Handle(storage.open(packId));
    List<ReadableFile> unused;
    ReadableFile lent;
    synchronized (this) {
      lent = lend(opened);
      if (!closed && forgotten == before && kept.putIfAbsent(packId, opened) == null) {
        opened.isKept = true;
      }
      unused = evict(maximum);
    }
    unused.forEach(ReadableFile::close);
    return lent;
  }

  private ReadableFile lend(Handle handle) {
    handle.readers++;
    return new Lent(handle);
  }

  /** Keeps no more than so many, and returns what is to be closed. */
  private List<ReadableFile> evict(int most) {
    if (kept.size() <= most) {
      return List.of();
    }
    List<ReadableFile> unused = new ArrayList<>();
    Iterator<Handle> oldest = kept.values().iterator();
    while (kept.size() > most) {
      drop(oldest.next(), unused);
      oldest.remove();
    }
    return unused;
  }

  private static void drop(Handle handle, List<ReadableFile> unused) {
    handle.isKept = false;
    if (handle.readers == 0) {
      unused.add(handle.file);
    }
  }

  private void giveBack(Handle handle) {
    synchronized (this) {
      handle.readers--;
      if (handle.readers > 0 || handle.isKept) {
        return;
      }
    }
    handle.file.close();
  }

  /** Says that a pack's file was replaced, is gone, or cannot be read: it is opened anew then. */
  void forget(UUID packId) {
    List<ReadableFile> unused = new ArrayList<>();
    synchronized (this) {
      forgotten++;
      Handle known = kept.remove(packId);
      if (known != null) {
        drop(known, unused);
      }
    }
    unused.forEach(ReadableFile::close);
  }

  /** Closes what nobody reads. Files that are open or opened later are closed by their readers. */
  @Override
  public void close() {
    List<ReadableFile> unused;
    synchronized (this) {
      closed = true;
      unused = evict(0);
    }
    unused.forEach(ReadableFile::close);
  }

  /** A file as one reader has it. */
  private final class Lent implements ReadableFile {
    private final Handle handle;
    private boolean returned;

    Lent(Handle handle) {
      this.handle = handle;
    }

    @Override
    public long sizeBytes() {
      return handle.file.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      handle.file.read(offset, target);
    }

    @Override
    public void close() {
      synchronized (PackHandles.this) {
        if (returned) {
          return;
        }
        returned = true;
      }
      giveBack(handle);
    }
  }
}
