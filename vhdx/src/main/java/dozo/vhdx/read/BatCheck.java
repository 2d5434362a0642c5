package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.BatEntry;
import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.Region;
import dozo.vhdx.format.RegionTable;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.util.List;

/**
 * Looks at every entry of a block table once, when the file is opened: each state must be one that
 * its slot may have, and no block may lie outside the file or share a byte with anything else.
 *
 * <p>For one thread.
 */
final class BatCheck {

  private final Bat bat;
  private final BatGeometry geometry;
  private final long fileBytes;
  private final List<String> warnings;
  private final OccupiedSpace occupied = new OccupiedSpace();
  private boolean warnedOfReservedBits;
  private boolean warnedOfDraftState;

  private BatCheck(Bat bat, long fileBytes, List<String> warnings) {
    this.bat = bat;
    this.geometry = bat.geometry();
    this.fileBytes = fileBytes;
    this.warnings = warnings;
  }

  /**
   * Checks log, regions and blocks of a file against one another.
   *
   * @param regions within the file
   * @param fileBytes how long the file is once its log is applied
   * @param warnings takes what is odd and yet allowed
   */
  static void check(
      Bat bat, FileHeader header, RegionTable regions, long fileBytes, List<String> warnings)
      throws IOException {
    BatCheck check = new BatCheck(bat, fileBytes, warnings);
    check.occupyStructures(header, regions);
    check.checkEntries();
  }

  private void occupyStructures(FileHeader header, RegionTable regions) throws VhdxException {
    Place place = bat.place(0);
    // A log that is empty may lie anywhere; beyond the cap no block can get in its way.
    if (header.logOffset() <= VhdxFormat.MAX_FILE_BYTES - header.logLength()) {
      occupy(header.logOffset(), header.logLength(), place.at("log", header.logOffset()));
    }
    for (Region region : regions.regions()) {
      occupy(region.offset(), region.length(), place.at("region " + region.id(), region.offset()));
    }
  }

  private void checkEntries() throws IOException {
    int payloads = geometry.payloadBlocks();
    int ratio = geometry.chunkRatio();
    for (long chunk = 0; chunk < geometry.bitmapBlocks(); chunk++) {
      long firstIndex = chunk * (ratio + 1);
      long firstBlock = chunk * ratio;
      int blocks = (int) Math.min(ratio, payloads - firstBlock);
      boolean partial = false;
      for (int i = 0; i < blocks; i++) {
        partial |= checkPayload(firstIndex + i, (int) firstBlock + i);
      }
      long bitmapIndex = firstIndex + ratio;
      for (long index = firstIndex + blocks; index < bitmapIndex; index++) {
        if (index < geometry.entries()) {
          checkUnused(index);
        }
      }
      if (bitmapIndex < geometry.entries()) {
        checkBitmap(bitmapIndex, partial);
      }
    }
  }

  /** Returns whether the block is partially present. */
  private boolean checkPayload(long index, int block) throws IOException {
    long entry = bat.entry(index);
    warnOfReservedBits(entry, index);
    int state = BatEntry.state(entry);
    switch (state) {
      case BatEntry.NOT_PRESENT, BatEntry.UNDEFINED, BatEntry.ZERO, BatEntry.UNMAPPED -> {}
      case BatEntry.UNMAPPED_DRAFT -> warnOfDraftState(index);
      case BatEntry.FULLY_PRESENT -> occupyBlock(index, entry, geometry.bytesOf(block));
      case BatEntry.PARTIALLY_PRESENT -> {
        if (!geometry.differencing()) {
          throw bat.place(index).corrupt("no partial block, as there is no parent", state);
        }
        occupyBlock(index, entry, geometry.bytesOf(block));
      }
      default -> throw bat.place(index).corrupt("a block state from 0 to 3, 6 or 7", state);
    }
    return state == BatEntry.PARTIALLY_PRESENT;
  }

  private void checkBitmap(long index, boolean needed) throws IOException {
    long entry = bat.entry(index);
    warnOfReservedBits(entry, index);
    int state = BatEntry.state(entry);
    if (state == BatEntry.FULLY_PRESENT && geometry.differencing()) {
      occupyBlock(index, entry, VhdxFormat.MIB);
    } else if (state != BatEntry.NOT_PRESENT) {
      throw bat.place(index)
          .corrupt(
              geometry.differencing()
                  ? "a sector bitmap state of 0 or 6"
                  : "no sector bitmap, as there is no parent",
              state);
    } else if (needed) {
      throw bat.place(index).corrupt("a sector bitmap, as its chunk has partial blocks", "none");
    }
  }

  private void checkUnused(long index) throws IOException {
    long entry = bat.entry(index);
    if (BatEntry.state(entry) != BatEntry.NOT_PRESENT) {
      throw bat.place(index)
          .corrupt("state 0 behind the last block of the disk", BatEntry.state(entry));
    }
  }

  private void occupyBlock(long index, long entry, int bytes) throws VhdxException {
    long offset = BatEntry.fileOffset(entry);
    // Nearly every block passes here; the message's place is made only for one that does not.
    if (offset < VhdxFormat.MIB
        || offset > Math.min(fileBytes, VhdxFormat.MAX_FILE_BYTES) - bytes) {
      requireInFile(offset, bytes, bat.place(index));
    }
    long taken = occupied.mark(offset, bytes);
    if (taken >= 0) {
      throw bat.place(index).corrupt("a block in free space", "offset %d in use".formatted(taken));
    }
  }

  private void requireInFile(long offset, long length, Place place) throws VhdxException {
    if (offset < VhdxFormat.MIB) {
      throw place.corrupt("a file offset from 1 MiB on", Long.toUnsignedString(offset));
    }
    if (offset > fileBytes - length) {
      throw place.corrupt(
          "%d bytes within the file's %d".formatted(length, fileBytes), "offset " + offset);
    }
    if (offset > VhdxFormat.MAX_FILE_BYTES - length) {
      throw place.limit("an end at or below %d".formatted(VhdxFormat.MAX_FILE_BYTES), offset);
    }
  }

  private void occupy(long offset, long length, Place place) throws VhdxException {
    long taken = occupied.mark(offset, length);
    if (taken >= 0) {
      throw place.corrupt("free space", "offset %d in use".formatted(taken));
    }
  }

  private void warnOfReservedBits(long entry, long index) {
    if (BatEntry.hasReservedBits(entry) && !warnedOfReservedBits) {
      warnedOfReservedBits = true;
      warnings.add("block table entry %d has reserved bits set".formatted(index));
    }
  }

  private void warnOfDraftState(long index) {
    if (!warnedOfDraftState) {
      warnedOfDraftState = true;
      warnings.add("block table entry %d has state 5, read as unmapped".formatted(index));
    }
  }
}
