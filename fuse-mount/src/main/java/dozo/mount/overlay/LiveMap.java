package dozo.mount.overlay;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A disk's map as it is now, and what of it the next sync has to write down.
 *
 * <p>Safe for use by many threads. The states may be asked for without a lock; each block's is
 * changed by one thread at a time. One thread at a time syncs.
 */
final class LiveMap implements Closeable {
  private static final int BLOCK = OverlayFormat.BLOCK_BYTES;

  private final MapStore store;
  private final BlockStates states;

  /** Guards what the next sync has to write down; never held while something is waited for. */
  private final ReentrantLock changing = new ReentrantLock();

  private List<MapEntry> pending = new ArrayList<>();

  /** How many entries the sync that runs is writing down. */
  private int beingSynced;

  private boolean unsynced;
  private boolean resized;

  private volatile long sizeBytes;
  private volatile long baseEnd;

  LiveMap(MapStore store) {
    this.store = store;
    this.states = store.states();
    this.sizeBytes = store.sizeBytes();
    this.baseEnd = store.baseEnd();
  }

  /** The length of the image. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Where the image beneath ends to show, since it was cut there once. */
  long baseEnd() {
    return baseEnd;
  }

  /** The state of the block that holds a byte. */
  BlockState stateAt(long offset) {
    return states.get(offset / BLOCK);
  }

  /**
   * Finds how far the blocks from an offset on are in the same state.
   *
   * @return more than {@code offset}, at most {@code end}
   */
  long runEnd(long offset, long end) {
    return Math.min(end, states.runEnd(offset / BLOCK, Math.ceilDiv(end, BLOCK)) * BLOCK);
  }

  /** Lists all runs that are not in the image beneath, in order. */
  List<MapEntry> written() {
    return states.written();
  }

  /** Lists, as what they become when they are written, the runs that are not in the data file. */
  List<MapEntry> runsNotData(long firstBlock, long endBlock) {
    List<MapEntry> runs = new ArrayList<>(1);
    for (long at = firstBlock; at < endBlock; ) {
      BlockState state = states.get(at);
      long runEnd = states.runEnd(at, endBlock);
      if (state != BlockState.DATA) {
        runs.add(new MapEntry(at, runEnd - at, BlockState.DATA));
      }
      at = runEnd;
    }
    return runs;
  }

  /**
   * Makes sure that the next sync has room to write down so many entries more.
   *
   * @throws dozo.format.NoSpaceException if the file system is full; nothing is lost then
   */
  void reserve(int entries) throws IOException {
    if (entries > 0) {
      changing.lock();
      try {
        store.reserve((long) beingSynced + pending.size() + entries);
      } finally {
        changing.unlock();
      }
    }
  }

  /**
   * Makes what was written count, now and, with the next sync, for good: blocks and size together,
   * so that no block is ever in the map that lies behind the image's end.
   *
   * @param end where the image ends then, if it ended before
   */
  void change(List<MapEntry> runs, long end) {
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

  /** Notes that blocks were overwritten which were in the data file before. */
  void touch() {
    change(List.of(), sizeBytes);
  }

  /** Grows the image by zeros, if it ends before. */
  void growTo(long end) {
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

  /**
   * Cuts the image.
   *
   * @param gone the written runs behind the new end, for which there is room
   */
  void cutTo(long end, List<MapEntry> gone) {
    changing.lock();
    try {
      baseEnd = Math.min(baseEnd, end);
      sizeBytes = end;
      resized = true;
      change(gone, end);
    } finally {
      changing.unlock();
    }
  }

  /** Whether there is anything to sync. */
  boolean isUnsynced() {
    changing.lock();
    try {
      return unsynced || resized;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Puts onto stable storage the data and only then, in the map, that they are there.
   *
   * @throws IOException if any of it may be lost; neither must be used any more
   */
  void sync(BlockFile data) throws IOException {
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
      store.append(size, shown, entries);
    }
    changing.lock();
    try {
      beingSynced = 0;
    } finally {
      changing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
