package dozo.mount.overlay;

import dozo.format.UuidBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A step of the map: what one sync made durable.
 *
 * @param sequence 1 for the first record of a file, one more for each that follows
 * @param sizeBytes the size of the image from then on
 * @param baseEnd where the image beneath ends to show: behind it are zeros
 * @param entries what came into which state, in order
 */
record MapRecord(long sequence, long sizeBytes, long baseEnd, List<MapEntry> entries) {
  /** As many as make a record of somewhat less than 1 MiB. */
  static final int MAX_ENTRIES = 43_000;

  private static final int MAGIC = 0x4345524F; // "OREC"
  private static final int HEADER_BYTES = 56;
  private static final int ENTRY_BYTES = 24;

  MapRecord {
    entries = List.copyOf(entries);
    if (entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("a record has " + entries.size() + " entries");
    }
  }

  /** How long a record of so many entries is. */
  static int bytes(int entries) {
    int used = HEADER_BYTES + entries * ENTRY_BYTES;
    return Math.ceilDiv(used, OverlayFormat.SECTOR_BYTES) * OverlayFormat.SECTOR_BYTES;
  }

  /** How many bytes all records together have that hold so many entries. */
  static long bytesOfAll(long entries) {
    return entries / MAX_ENTRIES * bytes(MAX_ENTRIES) + bytes((int) (entries % MAX_ENTRIES));
  }

  ByteBuffer encode(UUID overlay, int generation) {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(entries.size())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(0).putLong(sequence).putInt(generation).putInt(entries.size());
    bytes.putLong(sizeBytes).putLong(baseEnd);
    UuidBytes.put(bytes, overlay);
    for (MapEntry entry : entries) {
      bytes.putLong(entry.firstBlock()).putLong(entry.count()).putLong(entry.state().number());
    }
    bytes.putInt(4, OverlayFormat.crc(bytes.slice(8, bytes.capacity() - 8)));
    return bytes.clear();
  }

  /**
   * Tells how long the record is that begins here.
   *
   * @param sector little-endian, of at least 512 bytes
   * @return 0 if none does
   */
  static int lengthAt(ByteBuffer sector) {
    int start = sector.position();
    int entries = sector.getInt(start + 20);
    return sector.getInt(start) == MAGIC && entries >= 0 && entries <= MAX_ENTRIES
        ? bytes(entries)
        : 0;
  }

  /**
   * Decodes a record.
   *
   * @param bytes little-endian, as long as {@link #lengthAt} says
   * @return empty if it is not a whole record of this file
   */
  static Optional<MapRecord> decode(ByteBuffer bytes, UUID overlay, int generation) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(4) != OverlayFormat.crc(in.slice(8, in.capacity() - 8))
        || in.getInt(16) != generation
        || !UuidBytes.get(in.slice(40, UuidBytes.BYTES)).equals(overlay)) {
      return Optional.empty();
    }
    long sizeBytes = in.getLong(24);
    long baseEnd = in.getLong(32);
    if (sizeBytes < 0 || sizeBytes > OverlayFormat.MAX_IMAGE_BYTES || baseEnd < 0) {
      return Optional.empty();
    }
    List<MapEntry> entries = new ArrayList<>();
    in.position(HEADER_BYTES);
    for (int left = in.getInt(20); left > 0; left--) {
      long first = in.getLong();
      long count = in.getLong();
      long state = in.getLong();
      if (first < 0
          || count < 1
          || count > OverlayFormat.MAX_BLOCKS
          || first > OverlayFormat.MAX_BLOCKS - count
          || state < 0
          || state >= BlockState.count()) {
        return Optional.empty();
      }
      entries.add(new MapEntry(first, count, BlockState.of((int) state)));
    }
    return Optional.of(new MapRecord(in.getLong(8), sizeBytes, baseEnd, entries));
  }
}
