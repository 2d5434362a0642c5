package dozo.vhdx.read;

import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** A chain of random files, and what each of its disks must hold. */
final class RandomChain {

  private static final int MIB = 1 << 20;
  private static final int[] STATES = {0, 0, 1, 2, 3, 5, 6, 6, 7, 7, 7};

  private final Random random;
  private final int sectorBytes;
  private final List<MemorySource> files = new ArrayList<>();
  private byte[] disk = new byte[0];
  private BitSet data = new BitSet();
  private BitSet changed = new BitSet();

  /**
   * Makes a chain.
   *
   * @param levels how many files it has
   */
  RandomChain(long seed, int levels) {
    this.random = new Random(seed);
    this.sectorBytes = random.nextBoolean() ? 512 : 4096;
    VhdxBuilder parent = null;
    for (int level = 0; level < levels; level++) {
      long size = (3L * MIB + random.nextInt(6 * MIB)) / sectorBytes * sectorBytes;
      VhdxBuilder file =
          new VhdxBuilder("level" + level + ".avhdx", size, MIB << random.nextInt(3), sectorBytes);
      if (parent != null) {
        file.parent(parent.dataWriteGuid(), "level" + (level - 1) + ".avhdx");
      }
      fill(file, parent != null);
      files.addFirst(file.shuffle(seed + 1).build());
      parent = file;
    }
  }

  private void fill(VhdxBuilder file, boolean hasParent) {
    int size = (int) file.diskBytes();
    changed = new BitSet();
    if (size > disk.length) {
      changed.set(sector(disk.length), sector(size));
    }
    disk = Arrays.copyOf(disk, size);
    data.clear(sector(size), Math.max(sector(size), data.length()));
    for (int block = 0; block < file.payloadBlocks(); block++) {
      int state = STATES[random.nextInt(STATES.length)];
      if (state == 7 && !hasParent) {
        state = 6;
      }
      int start = block * file.blockBytes();
      int end = Math.min(size, start + file.blockBytes());
      switch (state) {
        case 0 -> file.stale(block, 0, (long) random.nextInt(1 << 30) << 20);
        case 6 -> fillFull(file, block, start, end);
        case 7 -> fillPartial(file, block, start, end);
        default -> {
          file.stale(block, state, (long) random.nextInt(1 << 30) << 20);
          hide(start, end, false);
        }
      }
    }
    if (!hasParent) {
      changed.set(0, sector(size));
    }
  }

  private void fillFull(VhdxBuilder file, int block, int start, int end) {
    hide(start, end, true);
    for (int i = 0; i < 3; i++) {
      int offset = random.nextInt(end - start);
      file.full(block, offset, bytes(1 + random.nextInt(Math.min(30_000, end - start - offset))));
    }
    file.pieces(block).forEach((o, b) -> System.arraycopy(b, 0, disk, start + o, b.length));
  }

  private void fillPartial(VhdxBuilder file, int block, int start, int end) {
    int sectors = (end - start) / sectorBytes;
    int at = random.nextInt(sectors);
    while (at < sectors) {
      int count = 1 + random.nextInt(Math.min(70, sectors - at));
      byte[] bytes = bytes(count * sectorBytes);
      file.partial(block, at * sectorBytes, bytes);
      System.arraycopy(bytes, 0, disk, start + at * sectorBytes, bytes.length);
      int first = sector(start) + at;
      data.set(first, first + count);
      changed.set(first, first + count);
      at += count + 1 + random.nextInt(sectors);
    }
  }

  private void hide(int start, int end, boolean isData) {
    Arrays.fill(disk, start, end, (byte) 0);
    data.set(sector(start), sector(end), isData);
    changed.set(sector(start), sector(end));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private int sector(int offset) {
    return offset / sectorBytes;
  }

  /** The files, leaf first. */
  List<MemorySource> files() {
    return files;
  }

  VhdxChain open() throws IOException {
    return VhdxChain.open(files.getFirst(), files.subList(1, files.size()));
  }

  /** What the leaf's disk holds. */
  byte[] disk() {
    return disk;
  }

  /** Whether any file holds data at an offset that no child hides. */
  boolean isData(long offset) {
    return data.get(sector((int) offset));
  }

  /** Whether the leaf says what is at an offset. */
  boolean isChanged(long offset) {
    return changed.get(sector((int) offset));
  }

  int sectorBytes() {
    return sectorBytes;
  }
}
