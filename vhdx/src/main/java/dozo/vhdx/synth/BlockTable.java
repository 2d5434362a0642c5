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

  private void fill(ByteBuffer page, long firstIndex) {
    int rank = -1;
    for (long index = firstIndex; page.hasRemaining(); index++) {
      if (index >= geometry.entries() || geometry.isBitmap(index)) {
        page.putLong(0);
        continue;
      }
      int block = (int) geometry.payloadBlock(index);
      if (!present.contains(block)) {
        page.putLong(BatEntry.of(BatEntry.ZERO, 0));
        continue;
      }
      rank = rank < 0 ? present.rank(block) : rank + 1;
      page.putLong(BatEntry.of(BatEntry.FULLY_PRESENT, payloadOffset + geometry.diskOffset(rank)));
    }
  }
}
