package dozo.mount.trace;

import dozo.format.disk.DiskRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Remembers the first reads of a disk, and judges whether they were a boot: something between a
 * glance at the partition table and a copy of the whole disk.
 *
 * <p>Safe for use by many threads. Once it is done it costs them the look at one flag.
 */
public final class TraceRecorder {
  /** How long a boot may take, from the first read on. */
  static final Duration DURATION = Duration.ofMinutes(5);

  /** Less is a look at a disk: {@code blkid}, {@code qemu-img check}. */
  static final long LEAST_BYTES = 1 << 20;

  /** Of a longer run of sequential reads the rest is left out: read-ahead is made for that. */
  static final long MAX_RUN_BYTES = 8 << 20;

  /** If so many times as much was left out as remembered, somebody copied the disk. */
  static final int MAX_LEFT_OUT = 4;

  private static final int RUNS = 8;

  /** The kernel asks for pieces of a run side by side, and they arrive in any order. */
  private static final long SLACK_BYTES = 256 << 10;

  private final LongSupplier nanoClock;
  private Set<Long> pages = new LinkedHashSet<>();
  private final long[] runEnds = new long[RUNS];
  private final long[] runBytes = new long[RUNS];
  private int oldestRun;
  private long leftOutBytes;
  private long startedAt;
  private boolean started;
  private volatile boolean done;

  TraceRecorder(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Notes a read.
   *
   * @return true once: when that was the last one that counts, and the trace can be taken
   */
  public boolean note(long offset, int length) {
    return !done && length > 0 && noteUndone(offset, length);
  }

  private synchronized boolean noteUndone(long offset, int length) {
    if (done) {
      return false;
    }
    long now = nanoClock.getAsLong();
    if (started && now - startedAt > DURATION.toNanos()) {
      if (pagesBytes() >= LEAST_BYTES) {
        done = true;
        return true;
      }
      // Nothing has booted yet. The reads that come now may be the boot.
      clear();
    }
    if (!started) {
      started = true;
      startedAt = now;
    }
    if (runOf(offset, length) > MAX_RUN_BYTES) {
      leftOutBytes += length;
      return false;
    }
    long end = offset + length;
    for (long page = offset / BootTrace.PAGE_BYTES;
        page * BootTrace.PAGE_BYTES < end && pages.size() < BootTrace.MAX_PAGES;
        page++) {
      pages.add(page);
    }
    done = pages.size() == BootTrace.MAX_PAGES;
    return done;
  }

  /** How long the run of reads is that a read goes on with. */
  private long runOf(long offset, int length) {
    long end = offset + length;
    for (int i = 0; i < RUNS; i++) {
      if (runBytes[i] > 0 && Math.abs(offset - runEnds[i]) <= SLACK_BYTES) {
        runBytes[i] += Math.max(0, end - runEnds[i]);
        runEnds[i] = Math.max(runEnds[i], end);
        return runBytes[i];
      }
    }
    runEnds[oldestRun] = end;
    runBytes[oldestRun] = length;
    oldestRun = (oldestRun + 1) % RUNS;
    return length;
  }

  private long pagesBytes() {
    return (long) pages.size() * BootTrace.PAGE_BYTES;
  }

  private void clear() {
    pages = new LinkedHashSet<>();
    Arrays.fill(runBytes, 0);
    leftOutBytes = 0;
    started = false;
  }

  /** Ends the recording, and gives the trace away if it is one of a boot. */
  synchronized Optional<BootTrace> take() {
    done = true;
    boolean boot = pagesBytes() >= LEAST_BYTES && leftOutBytes < (long) MAX_LEFT_OUT * pagesBytes();
    Optional<BootTrace> trace = boot ? Optional.of(new BootTrace(ranges())) : Optional.empty();
    clear();
    return trace;
  }

  private List<DiskRange> ranges() {
    List<DiskRange> ranges = new ArrayList<>();
    long first = -1;
    long next = -1;
    for (long page : pages) {
      if (page != next) {
        addRange(ranges, first, next);
        first = page;
      }
      next = page + 1;
    }
    addRange(ranges, first, next);
    return ranges;
  }

  private static void addRange(List<DiskRange> ranges, long firstPage, long endPage) {
    if (firstPage >= 0) {
      ranges.add(
          new DiskRange(
              firstPage * BootTrace.PAGE_BYTES, (endPage - firstPage) * BootTrace.PAGE_BYTES));
    }
  }
}
