package dozo.repository.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through an LMDB file without LMDB, which believes every page number and length that it
 * finds, and ends the process where one is wrong. Here each is held to bounds; what passes may
 * still name wrong places, which is harmless, but no page outside the file, and none twice.
 *
 * <p>The format is that of LMDB 0.9 for 64 bits ({@code mdb.c}: {@code MDB_meta}, {@code MDB_page},
 * {@code MDB_node}, {@code MDB_db}).
 */
final class LmdbCheck {

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0xBEEFC0DE;
  private static final int DATA_VERSION = 1;
  private static final int PAGE_HEADER_BYTES = 16;
  private static final int NODE_HEADER_BYTES = 8;
  private static final int TREE_BYTES = 48;
  private static final int META_BYTES = 24 + 2 * TREE_BYTES + 16;
  private static final int MAXIMUM_DEPTH = 32;
  private static final long NO_PAGE = -1;

  private static final int BRANCH = 0x01;
  private static final int LEAF = 0x02;
  private static final int OVERFLOW = 0x04;
  private static final int BIG_DATA = 0x01;
  private static final int SUB_TREE = 0x02;

  private final Visitor visitor;
  private final MemorySegment file;
  private final int pageBytes;
  private final long lastPage;
  private final BitSet seen = new BitSet();

  /** The name of the tree that is being walked; empty if it has none. */
  private String name = "";

  /** The lists met in the tree of free pages; null while another tree is walked. */
  private @Nullable List<FreeList> freeLists;

  /** Is shown what is in a file that is being checked. */
  interface Visitor {

    /** A tree with a name, whose keys come next. */
    void tree(String name, long entries) throws IOException;

    /** A record of a tree. */
    void record(String tree, MemorySegment key, long valueBytes) throws IOException;
  }

  private record FreeList(long offset, long bytes) {}

  private LmdbCheck(MemorySegment file, int pageBytes, long lastPage, Visitor visitor) {
    this.visitor = visitor;
    this.file = file;
    this.pageBytes = pageBytes;
    this.lastPage = lastPage;
  }

  /**
   * Checks a file, if there is one.
   *
   * @param visitor is shown the records of all trees with names; what it saw counts for nothing if
   *     the check fails
   * @throws IOException if LMDB must not see the file
   */
  static void check(Path path, Visitor visitor) throws IOException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      checkMapped(file, visitor);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("The index file names a place outside of itself: " + path, e);
    }
  }

  private static void checkMapped(MemorySegment file, Visitor visitor) throws IOException {
    int pageBytes = file.get(U32, PAGE_HEADER_BYTES + 24);
    if (Integer.bitCount(pageBytes) != 1 || pageBytes < 512 || pageBytes > 65_536) {
      throw new IOException("The index file has pages of " + pageBytes + " bytes");
    }
    long first = meta(file, 0, pageBytes);
    long second = meta(file, pageBytes, pageBytes);
    long meta =
        Long.compareUnsigned(transaction(file, first), transaction(file, second)) >= 0
            ? first
            : second;
    long lastPage = file.get(U64, meta + 24 + 2 * TREE_BYTES);
    if (lastPage < 1 || lastPage > Integer.MAX_VALUE) {
      throw new IOException("The index file has a last page of number " + lastPage);
    }
    LmdbCheck check = new LmdbCheck(file, pageBytes, lastPage, visitor);
    check.seen.set(0, 2);
    check.tree(meta + 24 + TREE_BYTES, true);
    check.freeTree(meta + 24);
  }

  /** Returns where the meta of a page begins, having checked what never changes in it. */
  private static long meta(MemorySegment file, long page, int pageBytes) throws IOException {
    long meta = page + PAGE_HEADER_BYTES;
    file.asSlice(meta, META_BYTES);
    if (file.get(U32, meta) != MAGIC
        || file.get(U32, meta + 4) != DATA_VERSION
        || file.get(U32, meta + 24) != pageBytes) {
      throw new IOException("The index file's meta page at " + page + " is damaged");
    }
    return meta;
  }

  private static long transaction(MemorySegment file, long meta) {
    return file.get(U64, meta + 24 + 2 * TREE_BYTES + 8);
  }

  /** Walks a tree whose description stands at a place; a tree of trees with all below it. */
  private void tree(long description, boolean holdsTrees) throws IOException {
    int depth = Short.toUnsignedInt(file.get(U16, description + 6));
    long root = file.get(U64, description + 40);
    if (root == NO_PAGE) {
      return;
    }
    if (depth < 1 || depth > MAXIMUM_DEPTH) {
      throw new IOException("A tree of the index file has " + depth + " levels");
    }
    page(root, depth, holdsTrees);
  }

  private void namedTree(String named, long description) throws IOException {
    long entries = file.get(U64, description + 32);
    if (entries < 0 || entries / pageBytes > lastPage) {
      throw new IOException("A tree of the index file has " + entries + " entries");
    }
    name = named;
    visitor.tree(named, entries);
    tree(description, false);
    name = "";
  }

  /** Walks the tree of free pages, then checks that none of these is in use. */
  private void freeTree(long description) throws IOException {
    List<FreeList> lists = new ArrayList<>();
    freeLists = lists;
    tree(description, false);
    for (FreeList list : lists) {
      long count = file.get(U64, list.offset);
      if (count < 0 || count > (list.bytes - Long.BYTES) / Long.BYTES) {
        throw new IOException("A list of free pages in the index file is too long: " + count);
      }
      for (long i = 1; i <= count; i++) {
        long free = file.get(U64, list.offset + i * Long.BYTES);
        if (free < 2 || free > lastPage || seen.get((int) free)) {
          throw damaged(free, "cannot be free");
        }
        seen.set((int) free);
      }
    }
  }

  private void page(long number, int levels, boolean holdsTrees) throws IOException {
    long at = enter(number, 1);
    int flags = file.get(U16, at + 10) & (BRANCH | LEAF | OVERFLOW);
    if (flags != (levels > 1 ? BRANCH : LEAF)) {
      throw damaged(number, "is of the wrong kind");
    }
    int lower = Short.toUnsignedInt(file.get(U16, at + 12));
    int upper = Short.toUnsignedInt(file.get(U16, at + 14));
    if (lower < PAGE_HEADER_BYTES || lower > upper || upper > pageBytes || lower % 2 != 0) {
      throw damaged(number, "has impossible bounds");
    }
    int nodes = (lower - PAGE_HEADER_BYTES) / 2;
    if (nodes == 0 || (levels > 1 && nodes < 2)) {
      throw damaged(number, "has too few entries");
    }
    for (int i = 0; i < nodes; i++) {
      int node = Short.toUnsignedInt(file.get(U16, at + PAGE_HEADER_BYTES + 2L * i));
      if (node < upper || node > pageBytes - NODE_HEADER_BYTES) {
        throw damaged(number, "has an entry out of bounds");
      }
      if (levels > 1) {
        branchNode(number, at + node, pageBytes - node, levels, holdsTrees);
      } else {
        leafNode(number, at + node, pageBytes - node, holdsTrees);
      }
    }
  }

  private void branchNode(long page, long node, int room, int levels, boolean holdsTrees)
      throws IOException {
    if (NODE_HEADER_BYTES + keyBytes(node) > room) {
      throw damaged(page, "has a key out of bounds");
    }
    long child =
        Integer.toUnsignedLong(file.get(U32, node))
            | (long) Short.toUnsignedInt(file.get(U16, node + 4)) << 32;
    page(child, levels - 1, holdsTrees);
  }

  private void leafNode(long page, long node, int room, boolean holdsTrees) throws IOException {
    int flags = Short.toUnsignedInt(file.get(U16, node + 4));
    long data = node + NODE_HEADER_BYTES + keyBytes(node);
    long dataBytes = Integer.toUnsignedLong(file.get(U32, node));
    boolean big = (flags & BIG_DATA) != 0;
    long inPage = big ? Long.BYTES : dataBytes;
    if ((flags & ~(BIG_DATA | SUB_TREE)) != 0
        || NODE_HEADER_BYTES + keyBytes(node) + inPage > room) {
      throw damaged(page, "has a value out of bounds");
    }
    long value = big ? overflow(file.get(U64, data), dataBytes) : data;
    if (freeLists != null && dataBytes >= Long.BYTES) {
      freeLists.add(new FreeList(value, dataBytes));
    }
    MemorySegment key = file.asSlice(node + NODE_HEADER_BYTES, keyBytes(node));
    if ((flags & SUB_TREE) != 0) {
      if (!holdsTrees || dataBytes != TREE_BYTES) {
        throw damaged(page, "has a tree where none may be");
      }
      namedTree(new String(key.toArray(ValueLayout.JAVA_BYTE), US_ASCII), data);
    } else if (!name.isEmpty()) {
      visitor.record(name, key, dataBytes);
    }
  }

  /** Returns where a value begins that has pages of its own. */
  private long overflow(long number, long dataBytes) throws IOException {
    long pages = (PAGE_HEADER_BYTES + dataBytes + pageBytes - 1) / pageBytes;
    long at = enter(number, pages);
    if ((file.get(U16, at + 10) & OVERFLOW) == 0
        || Integer.toUnsignedLong(file.get(U32, at + 12)) != pages) {
      throw damaged(number, "does not begin a long value");
    }
    return at + PAGE_HEADER_BYTES;
  }

  /** Returns where pages begin, having checked that they are in the file and met once only. */
  private long enter(long number, long pages) throws IOException {
    if (number < 2 || pages < 1 || number > lastPage || pages > lastPage - number + 1) {
      throw damaged(number, "is beyond the last");
    }
    long at = number * pageBytes;
    file.asSlice(at, pages * pageBytes);
    if (file.get(U64, at) != number) {
      throw damaged(number, "says that it is another");
    }
    int first = (int) number;
    int end = (int) (number + pages);
    int met = seen.nextSetBit(first);
    if (met >= 0 && met < end) {
      throw damaged(number, "is used twice");
    }
    seen.set(first, end);
    return at;
  }

  private int keyBytes(long node) {
    return Short.toUnsignedInt(file.get(U16, node + 6));
  }

  private static IOException damaged(long page, String how) {
    return new IOException("Page " + page + " of the index file " + how);
  }
}
