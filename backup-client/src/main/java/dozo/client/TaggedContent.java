package dozo.client;

import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import dozo.client.tags.BlockTags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A disk that is read whole, and of which the blocks that are as they were at an earlier backup are
 * told by their tags. Runs begin and end with blocks, as far as the disk does.
 */
final class TaggedContent implements FrozenContent {

  private static final int BLOCK_BYTES = BlockTags.BLOCK_BYTES;

  /** How many blocks of a hole are looked at in one go: 4 GiB of disk. */
  private static final int HOLE_BLOCKS = 1 << 16;

  private final FrozenContent disk;
  private final BlockTags tags;
  private final boolean hasBase;

  /** The numbers of the blocks that are compared with the base if they are the same. */
  private final Set<Long> samples = new HashSet<>();

  /**
   * Draws the samples.
   *
   * @param hasBase whether the server keeps what is the same; all else is sent
   */
  TaggedContent(FrozenContent disk, BlockTags tags, boolean hasBase, RandomGenerator random) {
    this.disk = disk;
    this.tags = tags;
    this.hasBase = hasBase;
    long blocks = disk.sizeBytes() / BLOCK_BYTES;
    for (int i = 0;
        hasBase && i < Math.min(ChangedContent.samples(disk.sizeBytes()), blocks);
        i++) {
      samples.add(random.nextLong(blocks));
    }
  }

  /** Whether blocks may be kept. */
  boolean hasBase() {
    return hasBase;
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public Run runAt(long offset) throws IOException {
    Run run = disk.runAt(offset);
    long end = run.offset() + run.lengthBytes();
    long blockEnd = Math.min(sizeBytes(), (offset / BLOCK_BYTES + 1) * BLOCK_BYTES);
    if (offset % BLOCK_BYTES != 0) {
      return new Run(offset, blockEnd - offset, Run.Kind.DATA);
    }
    if (!run.zero()) {
      return new Run(offset, roundUp(end) - offset, Run.Kind.DATA);
    }
    long zeroEnd = end == sizeBytes() ? end : end / BLOCK_BYTES * BLOCK_BYTES;
    return zeroEnd < blockEnd
        ? new Run(offset, blockEnd - offset, Run.Kind.DATA)
        : hole(offset, zeroEnd);
  }

  private long roundUp(long end) {
    return Math.min(sizeBytes(), (end + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
  }

  /** The part of a hole that is all kept or all told. */
  private Run hole(long offset, long end) {
    if (!hasBase) {
      return new Run(offset, end - offset, Run.Kind.ZERO);
    }
    int count = (int) Math.min(HOLE_BLOCKS, blocks(end - offset));
    BitSet same = tags.compareZeros(offset / BLOCK_BYTES, count);
    boolean kept = same.get(0);
    int alike = Math.min(count, kept ? same.nextClearBit(0) : nextSet(same, count));
    return new Run(
        offset,
        Math.min(end - offset, (long) alike * BLOCK_BYTES),
        kept ? Run.Kind.KEPT : Run.Kind.ZERO);
  }

  private static int nextSet(BitSet bits, int none) {
    int next = bits.nextSetBit(0);
    return next < 0 ? none : next;
  }

  private static long blocks(long bytes) {
    return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    disk.read(offset, target);
  }

  /** Takes note of a run that is handed on without being read. */
  void passed(Run run) {
    long block = run.offset() / BLOCK_BYTES;
    long left = blocks(run.lengthBytes());
    while (left > 0) {
      int count = (int) Math.min(HOLE_BLOCKS, left);
      tags.recordZeros(block, count);
      block += count;
      left -= count;
    }
  }

  /**
   * Splits what was read of one run.
   *
   * @param bytes of the disk, from position to limit; they stay as they are
   */
  List<Piece> split(long offset, ByteBuffer bytes) {
    if (offset % BLOCK_BYTES != 0) {
      // The first part of the block was read before, perhaps at another instant.
      tags.recordUnknown(offset / BLOCK_BYTES);
      return ZeroFinder.split(offset, bytes);
    }
    long first = offset / BLOCK_BYTES;
    BitSet same = tags.compare(first, bytes);
    if (!hasBase || same.isEmpty()) {
      return ZeroFinder.split(offset, bytes);
    }
    List<Piece> pieces = new ArrayList<>();
    int count = (int) blocks(bytes.remaining());
    for (int at = 0; at < count; ) {
      boolean kept = same.get(at);
      boolean sample = kept && samples.contains(first + at);
      int end = sample ? at + 1 : alike(same, first, at, count);
      int from = at * BLOCK_BYTES;
      int length = Math.min(bytes.remaining(), end * BLOCK_BYTES) - from;
      ByteBuffer part = bytes.slice(bytes.position() + from, length);
      if (sample) {
        pieces.add(new Piece.Checked(offset + from, part));
      } else if (kept) {
        pieces.add(new Piece.Kept(offset + from, length));
      } else {
        pieces.addAll(ZeroFinder.split(offset + from, part));
      }
      at = end;
    }
    return pieces;
  }

  /** Where the blocks end that are treated as the one at a place is. */
  private int alike(BitSet same, long first, int from, int count) {
    boolean kept = same.get(from);
    int end = from + 1;
    while (end < count && same.get(end) == kept && !(kept && samples.contains(first + end))) {
      end++;
    }
    return end;
  }
}
