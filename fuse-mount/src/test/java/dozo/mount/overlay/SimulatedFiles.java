package dozo.mount.overlay;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory that loses power and fails. Of what was written and not synced, a power cut
 * keeps any sectors and loses any; behind the old end of a file it may leave garbage. Of names that
 * were given and not synced it keeps the first few.
 *
 * <p>Open files are safe for use by many threads; all else is for one.
 */
final class SimulatedFiles implements OverlayFiles {
  private static final int SECTOR = 512;

  /** Everything else fails with this once the power is off. */
  static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A file, as programs see it and as the disk has it. */
  private static final class Inode {
    private byte[] seen = new byte[0];
    private byte[] stable = new byte[0];
    private final Set<Integer> unsynced = new TreeSet<>();
  }

  private Map<Path, Inode> names = new TreeMap<>();
  private Map<Path, Inode> stableNames = new TreeMap<>();
  private final List<Map<Path, Inode>> unsyncedNames = new ArrayList<>();
  private int changes;
  private int cutAfter = Integer.MAX_VALUE;
  private int failAt = Integer.MAX_VALUE;
  private long roomBytes = Long.MAX_VALUE;

  /** How many changes were made or tried. */
  int changes() {
    return changes;
  }

  /** Cuts the power instead of the change that comes after so many more. */
  void cutAfter(int more) {
    cutAfter = changes + more;
  }

  /** Fails one change, the one after so many more, as a disk does that has a bad sector. */
  void failAfter(int more) {
    failAt = changes + more;
  }

  /** Lets files grow by so many bytes more. */
  void room(long bytes) {
    roomBytes = bytes;
  }

  private void change(String what) throws IOException {
    if (changes >= cutAfter) {
      throw new PowerCut();
    }
    if (changes++ == failAt) {
      throw new IOException("simulated failure of a " + what);
    }
  }

  /** The disk when power is back. */
  SimulatedFiles afterPowerCut(Random random) {
    SimulatedFiles after = new SimulatedFiles();
    Map<Path, Inode> kept = stableNames;
    int luck = random.nextInt(unsyncedNames.size() + 1);
    if (luck > 0) {
      kept = unsyncedNames.get(luck - 1);
    }
    kept.forEach((path, inode) -> {
      Inode left = new Inode();
      left.seen = survivors(inode, random);
      left.stable = left.seen.clone();
      after.names.put(path, left);
    });
    after.stableNames = new TreeMap<>(after.names);
    return after;
  }

  private static byte[] survivors(Inode inode, Random random) {
    byte[] left = inode.stable.clone();
    int mood = random.nextInt(4);
    for (int sector : inode.unsynced) {
      int from = sector * SECTOR;
      int end = Math.min(from + SECTOR, inode.seen.length);
      if (mood == 0 || (mood != 1 && random.nextBoolean())) {
        left = Arrays.copyOf(left, Math.max(left.length, end));
        System.arraycopy(inode.seen, from, left, from, end - from);
      } else if (from >= inode.stable.length && mood == 3) {
        byte[] garbage = new byte[end - from];
        random.nextBytes(garbage);
        left = Arrays.copyOf(left, Math.max(left.length, end));
        System.arraycopy(garbage, 0, left, from, garbage.length);
      }
    }
    return left;
  }

  /** The bytes of a file as programs see them. */
  byte[] bytes(Path path) {
    return inode(path).seen.clone();
  }

  /** Puts other bytes in the place of a file's. */
  void damage(Path path, byte[] bytes) {
    inode(path).seen = bytes.clone();
    inode(path).stable = bytes.clone();
  }

  private Inode inode(Path path) {
    Inode inode = names.get(path);
    if (inode == null) {
      throw new IllegalArgumentException("no file " + path);
    }
    return inode;
  }

  private void named() {
    unsyncedNames.add(new TreeMap<>(names));
  }

  @Override
  public BlockFile create(Path file) throws IOException {
    change("create");
    Inode inode = new Inode();
    if (names.putIfAbsent(file, inode) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    named();
    return new Opened(inode);
  }

  @Override
  public BlockFile open(Path file) throws IOException {
    Inode inode = names.get(file);
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return new Opened(inode);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change("rename");
    names.put(to, inode(from));
    names.remove(from);
    named();
  }

  @Override
  public void delete(Path file) throws IOException {
    change("delete");
    if (names.remove(file) != null) {
      named();
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    change("sync of a directory");
    stableNames = new TreeMap<>(names);
    unsyncedNames.clear();
  }

  private final class Opened implements BlockFile {
    private final Inode inode;

    Opened(Inode inode) {
      this.inode = inode;
    }

    @Override
    public long sizeBytes() {
      return inode.seen.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      synchronized (inode) {
        if (offset + target.remaining() > inode.seen.length) {
          throw new EOFException("ends at " + inode.seen.length);
        }
        target.put(inode.seen, (int) offset, target.remaining());
      }
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      synchronized (inode) {
        writeAlone(offset, source);
      }
    }

    private void writeAlone(long offset, ByteBuffer source) throws IOException {
      change("write");
      int end = (int) offset + source.remaining();
      long growth = Math.max(0, end - inode.seen.length);
      if (growth > roomBytes) {
        throw new NoSpaceException(Fault.of("The simulated disk is full"));
      }
      roomBytes -= growth;
      inode.seen = Arrays.copyOf(inode.seen, Math.max(inode.seen.length, end));
      for (int sector = (int) offset / SECTOR; sector * SECTOR < end; sector++) {
        inode.unsynced.add(sector);
      }
      source.get(inode.seen, (int) offset, source.remaining());
    }

    @Override
    public void sync() throws IOException {
      change("sync");
      inode.stable = inode.seen.clone();
      inode.unsynced.clear();
    }

    @Override
    public void close() {}
  }
}
