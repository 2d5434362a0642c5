package dozo.vhdx.synth;

import dozo.vhdx.format.BatEntry;
import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.VhdxFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of the block allocation table, computed as they are asked for. */
final class BlockTable {

  private final BatGeometry geometry;
  private final PresentBlocks present;
  private final long payloadOffset;

  BlockTable(BatGeometry geometry, PresentBlocks present, long payloadOffset) {
    this.geometry = geometry;
    this.present = present;
    this.payloadOffset = payloadOffset;
  }

  /** How many bytes the entries take. */
  long entryBytes() {
    return geometry.entries() * BatGeometry.ENTRY_BYTES;
  }

  /**
   * Fills the buffer; behind the last entry are zeros.
   *
   * @param offset in bytes from the table's start
   */
  void read(long offset, ByteBuffer target) {
    ByteBuffer page = ByteBuffer.allocate(VhdxFormat.PAGE).order(ByteOrder.LITTLE_ENDIAN);
    long at = offset;
    while (target.hasRemaining()) {
      int inPage = (int) (at % VhdxFormat.PAGE);
      fill(page.clear(), (at - inPage) / BatGeometry.ENTRY_BYTES);
      int count = Math.min(target.remaining(), VhdxFormat.PAGE - inPage);
      target.put(page.slice(inPage, count));
      at += count;
    }
  }

  /** Fills a page. The place in the chunk and the rank are counted on, not computed anew. */
  private void fill(ByteBuffer page, long firstIndex) {
    int chunkRatio = geometry.chunkRatio();
    long end =
        Math.min(geometry.entries(), firstIndex + page.remaining() / BatGeometry.ENTRY_BYTES);
    int inChunk = (int) (firstIndex % (chunkRatio + 1));
    int block = (int) geometry.payloadBlock(firstIndex);
    int rank = -1;
    for (long index = firstIndex; index < end; index++) {
      long entry = BatEntry.of(BatEntry.ZERO, 0);
      if (inChunk == chunkRatio) {
        entry = BatEntry.of(BatEntry.NOT_PRESENT, 0);
        inChunk = 0;
      } else {
        if (present.contains(block)) {
          rank = rank < 0 ? present.rank(block) : rank + 1;
          entry = BatEntry.of(BatEntry.FULLY_PRESENT, payloadOffset + geometry.diskOffset(rank));
        }
        block++;
        inChunk++;
      }
      page.putLong(entry);
    }
    while (page.hasRemaining()) {
      page.putLong(0);
    }
  }
}
