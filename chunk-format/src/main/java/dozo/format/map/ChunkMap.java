package dozo.format.map;

import dozo.format.Limits;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds the extents of one disk. It keeps no node: a look-up asks the source for one node a level.
 *
 * @param root where the tree begins
 * @param sizeBytes the disk's size
 * @param source what fetches its nodes
 */
public record ChunkMap(MapRoot root, long sizeBytes, NodeSource source) {

  /** Rejects sizes that no disk can have. */
  public ChunkMap {
    if (sizeBytes < root.dataBytes() || sizeBytes > Limits.DISK_BYTES) {
      throw new IllegalArgumentException(
          "A disk that holds "
              + root.dataBytes()
              + " bytes has up to "
              + Limits.DISK_BYTES
              + ", not "
              + sizeBytes);
    }
  }

  /**
   * Finds the extent that covers a byte.
   *
   * @param offset a disk offset below the disk's size
   */
  public Extent at(long offset) throws IOException {
    Objects.checkIndex(offset, sizeBytes);
    MapNode node = MapCursor.fetchRoot(source, root, sizeBytes);
    long start = 0;
    while (true) {
      int i = node.indexOf(offset - start);
      start += node.start(i);
      if (node.isHole(i)) {
        return new Extent(start, node.length(i), Extent.HOLE);
      }
      if (node.isLeaf()) {
        return new Extent(start, node.length(i), node.id(i));
      }
      node = MapCursor.fetch(source, node.id(i), node.level() - 1, node.length(i), node.data(i));
    }
  }

  /**
   * Goes over the extents from the one that covers a byte on; that one is given whole.
   *
   * @param offset a disk offset up to the disk's size
   */
  public ExtentCursor extents(long offset) throws IOException {
    return new ExtentCursor(cursorAt(offset));
  }

  /**
   * Lists extents from the one that covers a byte on; that one is given whole.
   *
   * @param offset a disk offset up to the disk's size
   * @param maximum how many to list; fewer come at the end of the disk only
   */
  public List<Extent> extents(long offset, int maximum) throws IOException {
    ExtentCursor cursor = extents(offset);
    List<Extent> extents = new ArrayList<>(Math.min(maximum, Limits.NODE_ENTRIES));
    while (extents.size() < maximum) {
      Optional<Extent> extent = cursor.next();
      if (extent.isEmpty()) {
        break;
      }
      extents.add(extent.get());
    }
    return extents;
  }

  /**
   * Tells which blocks of the disk hold anything but holes. Nodes are read only where a block
   * begins or ends among holes and data.
   *
   * @param blockBytes the length of a block in bytes
   * @param firstBlock the number of the first block asked for; the disk must have it
   * @param count how many blocks; those behind the end of the disk hold nothing
   * @return a bit for each block, beginning with the first
   */
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    long from = Math.multiplyExact(firstBlock, blockBytes);
    long to = Math.min(Math.addExact(from, (long) blockBytes * count), sizeBytes);
    BitSet present = new BitSet(count);
    MapCursor cursor = cursorAt(from);
    while (!cursor.atEnd() && cursor.offset() < to) {
      if (cursor.data() == 0) {
        cursor.next();
        continue;
      }
      long first = Math.max(cursor.offset(), from) / blockBytes;
      long last = (Math.min(cursor.endOffset(), to) - 1) / blockBytes;
      boolean known =
          cursor.isRun()
              || cursor.data() == cursor.length()
              || (first == last && cursor.endOffset() <= to)
              || present.nextClearBit((int) (first - firstBlock)) > last - firstBlock;
      if (known) {
        present.set((int) (first - firstBlock), (int) (last - firstBlock) + 1);
        cursor.next();
      } else {
        cursor.descend();
      }
    }
    return present;
  }

  /** Goes over the ranges in which another map may have other content. */
  public MapDiff changesTo(ChunkMap other) {
    return new MapDiff(
        new MapCursor(root, sizeBytes, source),
        new MapCursor(other.root, other.sizeBytes, other.source));
  }

  /**
   * Goes over the ranges from an offset on in which another map may have other content, as if the
   * maps began there.
   *
   * @param offset where no range begins before and ends after, such as the end of one
   */
  public MapDiff changesTo(ChunkMap other, long offset) throws IOException {
    return new MapDiff(
        cursorAt(Math.min(offset, sizeBytes)),
        other.cursorAt(Math.min(offset, other.sizeBytes)),
        offset);
  }

  MapCursor cursorAt(long offset) throws IOException {
    if (offset < 0 || offset > sizeBytes) {
      throw new IndexOutOfBoundsException(
          "A disk of " + sizeBytes + " bytes has no offset " + offset);
    }
    MapCursor cursor = new MapCursor(root, sizeBytes, source);
    cursor.seek(offset);
    return cursor;
  }
}
