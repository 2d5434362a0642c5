package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Limits;
import dozo.format.key.PackKey;
import dozo.format.parity.ParityEncoder;
import dozo.format.parity.ParityLayout;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordOpener;
import dozo.format.seal.RecordSealer;
import dozo.format.seal.SegmentRecord;
import org.jspecify.annotations.Nullable;

/**
 * A pack in the making: seals records and says where they go. The caller writes {@link #header()}
 * at 0, each record where {@link #add} says, and what {@link #finish} returns at the end.
 *
 * <p>Confined to one thread at a time. If a write fails the pack is lost: the builder must be
 * thrown away together with what was written.
 */
public final class PackBuilder {

  private final PackHeader header;
  private final PackKey key;
  private final RecordSealer sealer;
  private final DirectoryBuilder directory = new DirectoryBuilder();
  private final @Nullable ParityEncoder parity;
  private long length = PackHeader.BYTES;
  private boolean finished;

  /**
   * Begins a pack without parity.
   *
   * @param header what the pack shall be; its id is fresh from a random source
   * @param key the key of that pack
   * @throws IllegalArgumentException if the key is another pack's
   */
  public PackBuilder(PackHeader header, PackKey key) {
    this(header, key, 0);
  }

  /**
   * Begins a pack. With parity the builder needs as much memory as the parity.
   *
   * @param header what the pack shall be; its id is fresh from a random source
   * @param key the key of that pack
   * @param parityPercent how much parity, 1 to {@value ParityLayout#MAXIMUM_PERCENT}, or 0 for none
   * @throws IllegalArgumentException if the key is another pack's
   */
  public PackBuilder(PackHeader header, PackKey key, int parityPercent) {
    if (!header.packId().equals(key.packId())) {
      throw new IllegalArgumentException("Pack " + header.packId() + " got the " + key);
    }
    this.header = header;
    this.key = key;
    this.sealer = new RecordSealer(key);
    this.parity = parityPercent == 0 ? null : new ParityEncoder(parityPercent);
    protect(header.encode(), PackHeader.BYTES);
  }

  /** What the pack is. */
  public PackHeader header() {
    return header;
  }

  /** How many bytes of the pack there are so far, and so where the next record goes. */
  public long lengthBytes() {
    return length;
  }

  /** How long the pack would be if it were finished now. */
  public long finishedLengthBytes() {
    return finishedLength(
        length, DirectoryCodec.encodedLength(directory.segmentCount(), directory.chunkCount()));
  }

  /** How many segments have been added. */
  public int segmentCount() {
    return directory.segmentCount();
  }

  /** How many chunks have been added. */
  public int chunkCount() {
    return directory.chunkCount();
  }

  /** Whether the pack stays within the format's limits with this record. */
  public boolean hasRoomFor(SegmentRecord record) {
    long plainDirectory =
        DirectoryCodec.encodedLength(
            directory.segmentCount() + 1, directory.chunkCount() + record.chunkCount());
    long finishedLength = finishedLength(length + record.length(), plainDirectory);
    long parityRecords = parityLength(finishedLength) / ParityLayout.SHARD_BYTES;
    return directory.segmentCount() + 2 + parityRecords <= Limits.PACK_RECORDS
        && plainDirectory <= Limits.DIRECTORY_BYTES
        && finishedLength <= Limits.PACK_BYTES;
  }

  /**
   * Seals a record, which is then for the caller to write: the first {@link SegmentRecord#length()}
   * bytes of its array.
   *
   * @param record fresh from the sealer; sealed where it lies
   * @return where in the pack it goes
   * @throws IllegalStateException if the pack has no room for it or is finished
   */
  public long add(SegmentRecord record) {
    if (finished || !hasRoomFor(record)) {
      throw new IllegalStateException("Pack " + header.packId() + " is full or finished");
    }
    sealer.seal(record);
    long offset = length;
    directory.addSegment(offset, record.sealedLength(), record.plainLength());
    for (int i = 0; i < record.chunkCount(); i++) {
      directory.addChunk(record.chunkId(i), record.chunkLength(i));
    }
    length += record.length();
    protect(record.bytes(), record.length());
    return offset;
  }

  /** What the pack holds so far. */
  public PackDirectory directory() {
    return directory.build();
  }

  /**
   * Ends the pack.
   *
   * @return the directory's record, the parity and the trailer, which go where {@link
   *     #lengthBytes()} said before the call
   * @throws IllegalStateException if there is no segment in the pack, or it is finished
   */
  public byte[] finish() {
    if (finished || directory.segmentCount() == 0) {
      throw new IllegalStateException("Pack " + header.packId() + " is empty or finished");
    }
    finished = true;
    PackDirectory built = directory.build();
    int plain = (int) DirectoryCodec.encodedLength(built.segmentCount(), built.chunkCount());
    int recordLength = RecordHeader.BYTES + plain + RecordHeader.TAG_BYTES;
    int parityLength = (int) parityLength(length + recordLength);
    byte[] tail = new byte[recordLength + parityLength + PackTrailer.BYTES];
    DirectoryCodec.encode(built, tail, RecordHeader.BYTES);
    sealer.sealDirectory(tail, plain);
    PackTrailer trailer =
        new PackTrailer(
            header.packId(), length, built.segmentCount(), parityLength, length + tail.length);
    trailer.write(tail, recordLength + parityLength);
    requireReadable(tail, recordLength, trailer, built);
    protect(tail, recordLength);
    if (parity != null) {
      ParityRecord.writeAll(parity.finish(), trailer, tail, recordLength);
    }
    length += tail.length;
    return tail;
  }

  private long finishedLength(long recordsEnd, long plainDirectory) {
    long parityOffset = recordsEnd + RecordHeader.BYTES + plainDirectory + RecordHeader.TAG_BYTES;
    return parityOffset + parityLength(parityOffset) + PackTrailer.BYTES;
  }

  private void protect(byte[] bytes, int count) {
    if (parity != null) {
      parity.add(bytes, 0, count);
    }
  }

  private long parityLength(long parityOffset) {
    return parity == null
        ? 0
        : ParityRecord.totalLength(new ParityLayout(parity.percent(), parityOffset));
  }

  /** A directory that cannot be read back must not be published. */
  private void requireReadable(
      byte[] tail, int recordLength, PackTrailer trailer, PackDirectory built) {
    try {
      PackDirectory read =
          PackReader.openDirectory(new RecordOpener(), key, trailer, tail, recordLength);
      if (!read.isSameAs(built)) {
        throw new IllegalStateException(
            "The directory of pack " + key.packId() + " reads back otherwise");
      }
    } catch (CorruptDataException e) {
      throw new IllegalStateException(
          "The directory of pack " + key.packId() + " cannot be read back", e);
    }
  }
}
