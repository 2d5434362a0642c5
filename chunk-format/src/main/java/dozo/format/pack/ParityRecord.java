package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Fault;
import dozo.format.parity.Parity;
import dozo.format.parity.ParityLayout;
import dozo.format.seal.Encoding;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A parity shard with all that is needed to use it, as one record of a pack ({@code docs/format.md}
 * §7.1).
 *
 * <p>Immutable and safe for use by several threads.
 */
final class ParityRecord {

  private static final int NUMBER_AT = PackTrailer.BYTES;
  private static final int PERCENT_AT = NUMBER_AT + 4;
  private static final int CRCS_AT = PERCENT_AT + 4;

  private final PackTrailer trailer;
  private final ParityLayout layout;
  private final int number;
  private final int[] crcs;
  private final byte[] shard;

  private ParityRecord(
      PackTrailer trailer, ParityLayout layout, int number, int[] crcs, byte[] shard) {
    this.trailer = trailer;
    this.layout = layout;
    this.number = number;
    this.crcs = crcs;
    this.shard = shard;
  }

  /** The length of a whole record in a stripe of so many rows. */
  static int length(int rows) {
    return RecordHeader.BYTES + CRCS_AT + Integer.BYTES * rows + ParityLayout.SHARD_BYTES;
  }

  /** The length of all records together. */
  static long totalLength(ParityLayout layout) {
    return offset(layout, layout.parityShards());
  }

  /** How far behind the first record one begins. */
  static long offset(ParityLayout layout, int number) {
    int last = layout.stripes() - 1;
    int beforeLast = Math.min(number, layout.firstParityShard(last));
    return (long) beforeLast * length(layout.rows(0))
        + (long) (number - beforeLast) * length(layout.rows(last));
  }

  /**
   * Writes all records of a pack, one after another.
   *
   * @param trailer the pack's trailer
   * @param target gets them from {@code offset} on
   */
  static void writeAll(Parity parity, PackTrailer trailer, byte[] target, int offset) {
    int at = offset;
    for (int number = 0; number < parity.layout().parityShards(); number++) {
      at += write(parity, number, trailer, target, at);
    }
  }

  /** Writes one record and returns its length. */
  static int write(Parity parity, int number, PackTrailer trailer, byte[] target, int offset) {
    ParityLayout layout = parity.layout();
    int stripe = layout.stripeOf(number);
    int rows = layout.rows(stripe);
    int sealed = offset + RecordHeader.BYTES;
    trailer.write(target, sealed);
    ByteBuffer buffer = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(sealed + NUMBER_AT).putInt(number).putInt(layout.percent());
    for (int row = 0; row < rows; row++) {
      int data = layout.shardAt(stripe, layout.groupOf(number), row);
      buffer.putInt(data < 0 ? 0 : parity.crc(data));
    }
    parity.copyShard(number, target, buffer.position());
    int sealedLength = length(rows) - RecordHeader.BYTES;
    int crc = Crc32c.of(target, sealed, sealedLength);
    int ordinal = trailer.segmentCount() + 1 + number;
    new RecordHeader(ordinal, RecordType.PARITY, Encoding.RAW, sealedLength, sealedLength, crc)
        .write(target, offset);
    return length(rows);
  }

  /**
   * Reads a record whose checksum fits.
   *
   * @param header the record's header
   * @param record holds the whole record from its start on
   * @param packId the pack that it was found in
   * @param fileOffset where in that pack
   * @throws CorruptDataException if it is no parity record of this pack
   */
  static ParityRecord read(RecordHeader header, byte[] record, UUID packId, long fileOffset)
      throws CorruptDataException {
    int sealed = RecordHeader.BYTES;
    if (header.type() != RecordType.PARITY || header.recordLength() < length(1)) {
      throw corrupt("The record is too short for parity", packId, fileOffset);
    }
    PackTrailer trailer = PackTrailer.read(record, sealed, packId, fileOffset);
    ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(sealed + NUMBER_AT);
    int number = buffer.getInt();
    int percent = buffer.getInt();
    if (!trailer.packId().equals(packId) || percent < 1 || percent > ParityLayout.MAXIMUM_PERCENT) {
      throw corrupt(
          "The parity is another pack's, or holds an impossible value", packId, fileOffset);
    }
    ParityLayout layout = new ParityLayout(percent, trailer.parityOffset());
    if (totalLength(layout) != trailer.parityLength()
        || number < 0
        || number >= layout.parityShards()
        || header.ordinal() != trailer.segmentCount() + 1 + number
        || header.recordLength() != length(layout.rows(layout.stripeOf(number)))) {
      throw corrupt("The parity contradicts its pack's length", packId, fileOffset);
    }
    int[] crcs = new int[layout.rows(layout.stripeOf(number))];
    for (int row = 0; row < crcs.length; row++) {
      crcs[row] = buffer.getInt();
    }
    byte[] shard = new byte[ParityLayout.SHARD_BYTES];
    buffer.get(shard);
    return new ParityRecord(trailer, layout, number, crcs, shard);
  }

  /** The trailer of the pack. */
  PackTrailer trailer() {
    return trailer;
  }

  /** How the pack's protected bytes are laid out. */
  ParityLayout layout() {
    return layout;
  }

  /** The number of the parity shard. */
  int number() {
    return number;
  }

  /** The checksum of the shard of its group in a row. */
  int crc(int row) {
    return crcs[row];
  }

  /** The parity shard itself, not a copy. */
  byte[] shard() {
    return shard;
  }

  private static CorruptDataException corrupt(String what, UUID packId, long fileOffset) {
    return new CorruptDataException(Fault.of(what).in("pack " + packId).at(fileOffset));
  }
}
