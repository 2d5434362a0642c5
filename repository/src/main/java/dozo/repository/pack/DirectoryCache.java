package dozo.repository.pack;

import dozo.format.ChunkId;
import dozo.format.pack.PackDirectory;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Pack directories in memory, within a bound of bytes.
 *
 * <p>A backup finds its chunks in the order in which an earlier one wrote them, so one look-up in
 * the index that loads a pack's directory is followed by thousands that the directory answers (Zhu,
 * Li, Patterson, "Avoiding the Disk Bottleneck in the Data Domain Deduplication File System", FAST
 * 2008, locality-preserved caching). Each reader remembers the directory that answered last, its
 * {@link Locality}, and asks it first; only when it fails are the others asked, each through its
 * own table.
 *
 * <p>Directories of packs that the index does not know yet are <i>pinned</i>: they are the only
 * place where their chunks are found, so they stay whatever the bound. Safe for use by several
 * threads; look-ups take no lock.
 */
public final class DirectoryCache {

  /** Every directory is asked in turn, so there are not too many, however small they are. */
  private static final int MAXIMUM_DIRECTORIES = 2_048;

  private final PackLibrary library;
  private final long maximumBytes;
  private final AtomicLong turn = new AtomicLong();
  private volatile Cached[] cached = new Cached[0];

  /** The numbers of packs that are not to be used any more, whoever may still be loading them. */
  private final Set<Integer> dropped = new HashSet<>();

  private static final class Cached {

    private final PackEntry pack;
    private final PackDirectory directory;
    private boolean pinned;
    private volatile long lastUse;

    /** Whether the pack is not to be used any more; a reader may still remember it. */
    private volatile boolean isDropped;

    Cached(PackEntry pack, PackDirectory directory, boolean pinned) {
      this.pack = pack;
      this.directory = directory;
      this.pinned = pinned;
    }
  }

  /** The directory that answered one stream of look-ups last. For one thread at a time. */
  public static final class Locality {

    private @Nullable Cached last;
  }

  /**
   * Creates an empty cache.
   *
   * @param maximumBytes how much memory directories may take that are not pinned
   */
  public DirectoryCache(PackLibrary library, long maximumBytes) {
    this.library = library;
    this.maximumBytes = maximumBytes;
  }

  /** Looks a chunk up in the directories that are here. */
  public Optional<ChunkLocation> find(ChunkId id, Locality locality) {
    Cached last = locality.last;
    if (last != null && !last.isDropped) {
      int chunk = last.directory.find(id);
      if (chunk >= 0) {
        return Optional.of(location(last, chunk));
      }
    }
    for (Cached each : cached) {
      int chunk = each == last ? -1 : each.directory.find(id);
      if (chunk >= 0) {
        each.lastUse = turn.get();
        locality.last = each;
        return Optional.of(location(each, chunk));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a directory that is here shows that a segment holds these chunks and no others.
   *
   * @param ids different ids
   */
  public boolean isWhole(ChunkLocation segment, Set<ChunkId> ids) {
    for (Cached each : cached) {
      if (each.pack.number() == segment.pack()) {
        return isWhole(each, segment, ids);
      }
    }
    return false;
  }

  private static boolean isWhole(Cached cached, ChunkLocation segment, Set<ChunkId> ids) {
    PackDirectory directory = cached.directory;
    for (ChunkId id : ids) {
      int chunk = directory.find(id);
      if (chunk < 0
          || !location(cached, chunk).equals(segment)
          || directory.chunkCount(directory.segmentOf(chunk)) != ids.size()) {
        return false;
      }
    }
    return !ids.isEmpty();
  }

  /** How long a segment is when it is decoded, if the directory of its pack is here. */
  public OptionalInt plainBytes(ChunkLocation segment) {
    for (Cached each : cached) {
      if (each.pack.number() == segment.pack()) {
        return plainBytes(each.directory, segment.segmentOffset());
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt plainBytes(PackDirectory directory, long offset) {
    int low = 0;
    int high = directory.segmentCount() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(directory.offset(middle), offset);
      if (order == 0) {
        return OptionalInt.of(directory.plainLength(middle));
      }
      low = order < 0 ? middle + 1 : low;
      high = order < 0 ? high : middle - 1;
    }
    return OptionalInt.empty();
  }

  private static ChunkLocation location(Cached cached, int chunk) {
    int segment = cached.directory.segmentOf(chunk);
    return new ChunkLocation(
        cached.pack.number(),
        cached.directory.offset(segment),
        cached.directory.sealedLength(segment));
  }

  /** Reads the directory of a pack, unless it is here already. */
  public void load(PackEntry pack) throws IOException {
    if (!contains(pack)) {
      add(pack, library.list(pack.id()).directory(), false);
    }
  }

  /** Keeps the directory of a pack that the index does not know, until it is told otherwise. */
  public void pin(PackEntry pack, PackDirectory directory) {
    add(pack, directory, true);
  }

  /** Says that the index knows the pack: its directory may go like any other. */
  public synchronized void unpin(PackEntry pack) {
    for (Cached each : cached) {
      if (each.pack.equals(pack)) {
        each.pinned = false;
      }
    }
    evict();
  }

  /** Forgets the directory of a pack that is not to be used any more, and keeps it away. */
  public synchronized void drop(PackEntry pack) {
    dropped.add(pack.number());
    refresh(pack);
  }

  /** Forgets the directory of a pack, so that it is read again when it is needed. */
  public synchronized void refresh(PackEntry pack) {
    for (int i = 0; i < cached.length; i++) {
      if (cached[i].pack.equals(pack)) {
        cached[i].isDropped = true;
        cached = without(cached, i);
        return;
      }
    }
  }

  private boolean contains(PackEntry pack) {
    for (Cached each : cached) {
      if (each.pack.equals(pack)) {
        return true;
      }
    }
    return false;
  }

  private synchronized void add(PackEntry pack, PackDirectory directory, boolean pinned) {
    if (contains(pack) || dropped.contains(pack.number())) {
      return;
    }
    Cached added = new Cached(pack, directory, pinned);
    added.lastUse = turn.incrementAndGet();
    Cached[] more = new Cached[cached.length + 1];
    more[0] = added;
    System.arraycopy(cached, 0, more, 1, cached.length);
    cached = more;
    evict();
  }

  private void evict() {
    long bytes = 0;
    int unpinned = 0;
    for (Cached each : cached) {
      if (!each.pinned) {
        bytes += each.directory.memoryBytes();
        unpinned++;
      }
    }
    while (unpinned > 1 && (bytes > maximumBytes || unpinned > MAXIMUM_DIRECTORIES)) {
      int oldest = oldestUnpinned();
      bytes -= cached[oldest].directory.memoryBytes();
      unpinned--;
      cached = without(cached, oldest);
    }
  }

  private int oldestUnpinned() {
    int oldest = -1;
    for (int i = 0; i < cached.length; i++) {
      if (!cached[i].pinned && (oldest < 0 || cached[i].lastUse < cached[oldest].lastUse)) {
        oldest = i;
      }
    }
    return oldest;
  }

  private static Cached[] without(Cached[] from, int index) {
    Cached[] fewer = new Cached[from.length - 1];
    System.arraycopy(from, 0, fewer, 0, index);
    System.arraycopy(from, index + 1, fewer, index, fewer.length - index);
    return fewer;
  }
}
