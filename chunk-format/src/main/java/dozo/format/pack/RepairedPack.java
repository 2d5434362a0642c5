package dozo.format.pack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A pack as it was written: the damaged file, with what was computed from parity in the place of
 * what is damaged. It can be read as a pack, and copied to a new file.
 *
 * <p>As safe for several threads as the file is that it reads.
 */
public final class RepairedPack implements RangedInput {

  private final RangedInput damaged;
  private final long size;
  private final NavigableMap<Long, byte[]> patches = new TreeMap<>();

  /**
   * Begins without any patch.
   *
   * @param damaged can be read everywhere up to {@code size}
   */
  RepairedPack(RangedInput damaged, long size) {
    this.damaged = damaged;
    this.size = size;
  }

  /** Keeps the array. Patches do not overlap. */
  void patch(long offset, byte[] bytes) {
    patches.put(offset, bytes);
  }

  /**
   * The same pack, read through another handle of the same file.
   *
   * @param file is what the result reads, and stays the caller's to close
   */
  public RepairedPack over(RangedInput file) throws IOException {
    RepairedPack other = new RepairedPack(new ForgivingInput(file), size);
    other.patches.putAll(patches);
    return other;
  }

  /** Where the file differs from the pack, in the order of the file; empty if it is sound. */
  public List<Damage> repairs() {
    return patches.entrySet().stream()
        .map(patch -> new Damage(patch.getKey(), patch.getValue().length, "Computed from parity"))
        .toList();
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    int length = target.remaining();
    if (offset < 0 || offset > size - length) {
      throw new EOFException("No " + length + " bytes at " + offset + " of " + size);
    }
    ByteBuffer whole = target.slice();
    damaged.read(offset, target);
    Long first = patches.floorKey(offset);
    long end = offset + length;
    for (Map.Entry<Long, byte[]> patch :
        patches.subMap(first == null ? offset : first, true, end, false).entrySet()) {
      long from = Math.max(offset, patch.getKey());
      long to = Math.min(end, patch.getKey() + patch.getValue().length);
      if (from < to) {
        whole.put(
            (int) (from - offset),
            patch.getValue(),
            (int) (from - patch.getKey()),
            (int) (to - from));
      }
    }
  }
}
