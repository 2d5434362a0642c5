package dozo.mount.trace;

import dozo.format.disk.DiskRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What was read of a disk, in the order in which it was first read.
 *
 * @param ranges whole pages of {@value #PAGE_BYTES} bytes, none of them twice
 */
public record BootTrace(List<DiskRange> ranges) {
  /** What guests read at least, and what is told apart. */
  public static final int PAGE_BYTES = 4096;

  /** How much is remembered: what the chunks around it take fits into a mount's cache. */
  public static final long MAX_BYTES = 64 << 20;

  /** How many pages that is, and so the most ranges there can be. */
  static final int MAX_PAGES = (int) (MAX_BYTES / PAGE_BYTES);

  /** The longest disk: a VHDX of 64 TiB. */
  private static final long MAX_END = 1L << 46;

  /** How much is put in order at a time: what the boot needs first is still read first. */
  private static final long STRETCH_BYTES = 8 << 20;

  /** Checks the bounds. */
  public BootTrace {
    ranges = List.copyOf(ranges);
    long pages = 0;
    Set<Long> seen = new HashSet<>();
    for (DiskRange range : ranges) {
      if (range.offset() % PAGE_BYTES != 0
          || range.lengthBytes() % PAGE_BYTES != 0
          || range.end() > MAX_END) {
        throw new IllegalArgumentException("Not whole pages of a disk: " + range);
      }
      pages += range.lengthBytes() / PAGE_BYTES;
      if (pages > MAX_PAGES) {
        throw new IllegalArgumentException("A trace has at most " + MAX_PAGES + " pages");
      }
      for (long page = range.offset(); page < range.end(); page += PAGE_BYTES) {
        if (!seen.add(page)) {
          throw new IllegalArgumentException("A page is in a trace twice, at " + page);
        }
      }
    }
  }

  /** How many bytes were read. */
  public long bytes() {
    return ranges.stream().mapToLong(DiskRange::lengthBytes).sum();
  }

  /**
   * The ranges in stretches of some megabytes: one after another in the order of time, and within
   * each in the order of the disk, which is the one in which a first backup fills packs.
   */
  public List<List<DiskRange>> stretches() {
    List<List<DiskRange>> stretches = new ArrayList<>();
    List<DiskRange> stretch = new ArrayList<>();
    long bytes = 0;
    for (DiskRange range : ranges) {
      stretch.add(range);
      bytes += range.lengthBytes();
      if (bytes >= STRETCH_BYTES) {
        stretches.add(sorted(stretch));
        stretch = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!stretch.isEmpty()) {
      stretches.add(sorted(stretch));
    }
    return stretches;
  }

  private static List<DiskRange> sorted(List<DiskRange> ranges) {
    return ranges.stream().sorted(Comparator.comparingLong(DiskRange::offset)).toList();
  }
}
