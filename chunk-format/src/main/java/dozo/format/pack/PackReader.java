package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.key.PackKey;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordOpener;
import dozo.format.seal.RecordType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Reads a published pack whose header and trailer are sound. One whose are not is for the {@link
 * PackSalvager}.
 *
 * <p>Holds nothing open and changes nothing: as safe for several threads as its input is.
 */
public final class PackReader {

  private final RangedInput input;
  private final PackHeader header;
  private final PackTrailer trailer;

  private PackReader(RangedInput input, PackHeader header, PackTrailer trailer) {
    this.input = input;
    this.header = header;
    this.trailer = trailer;
  }

  /**
   * Reads header and trailer.
   *
   * @param input the pack; stays the caller's to close
   * @param packId the pack that its name says it is
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if header or trailer are damaged
   */
  public static PackReader open(RangedInput input, UUID packId, UUID repositoryId)
      throws IOException {
    long size = input.sizeBytes();
    byte[] first = read(input, 0, (int) Math.min(size, PackHeader.BYTES));
    PackHeader header = PackHeader.decode(first, packId, repositoryId);
    if (size < PackHeader.BYTES + PackTrailer.BYTES || size > Limits.PACK_BYTES) {
      throw new CorruptDataException(
          Fault.of("The pack has an impossible length").in("pack " + packId).actual(size));
    }
    byte[] last = read(input, size - PackTrailer.BYTES, PackTrailer.BYTES);
    return new PackReader(input, header, PackTrailer.decode(last, packId, size));
  }

  /** What the pack is. */
  public PackHeader header() {
    return header;
  }

  /** Where its directory is. */
  public PackTrailer trailer() {
    return trailer;
  }

  /**
   * Reads the directory.
   *
   * @param key the key of this pack
   * @throws CorruptDataException if the directory is damaged
   */
  public PackDirectory readDirectory(PackKey key) throws IOException {
    int length = trailer.directoryRecordLength();
    byte[] record = read(input, trailer.directoryOffset(), length);
    return openDirectory(new RecordOpener(), key, trailer, record, length);
  }

  /**
   * Reads the record of a segment, for {@link dozo.format.seal.ChunkOpener#open}. It is not looked
   * at.
   *
   * @param offset where the record's header lies
   * @param sealedLength as the directory or the index tells it
   * @param target gets the whole record from its start on; {@link #recordLength} says how long it
   *     is
   * @throws CorruptDataException if no record of that length can lie there
   */
  public void readRecord(long offset, int sealedLength, byte[] target) throws IOException {
    if (offset < PackHeader.BYTES
        || sealedLength <= RecordHeader.TAG_BYTES
        || sealedLength > Limits.SEGMENT_BYTES + RecordHeader.TAG_BYTES
        || offset > trailer.directoryOffset() - RecordHeader.BYTES - sealedLength) {
      throw new CorruptDataException(
          Fault.of("No segment can lie there")
              .in("pack " + header.packId())
              .at(offset)
              .expected("a record before offset " + trailer.directoryOffset())
              .actual(sealedLength + " sealed bytes"));
    }
    input.read(offset, ByteBuffer.wrap(target, 0, recordLength(sealedLength)));
  }

  /** The length of a whole record of so many sealed bytes. */
  public static int recordLength(int sealedLength) {
    return RecordHeader.BYTES + sealedLength;
  }

  static PackDirectory openDirectory(
      RecordOpener opener, PackKey key, PackTrailer trailer, byte[] record, int length)
      throws CorruptDataException {
    String object = "pack " + trailer.packId();
    long offset = trailer.directoryOffset();
    RecordHeader header = RecordOpener.check(record, 0, length, object, offset);
    if (header.type() != RecordType.DIRECTORY) {
      throw new CorruptDataException(
          Fault.of("The record is no directory")
              .in(object)
              .at(offset)
              .actual(header.type().toString()));
    }
    byte[] plain = new byte[header.plainLength()];
    opener.decrypt(key, header, record, 0, plain, 0, offset);
    return DirectoryCodec.decode(plain, plain.length, trailer.packId(), trailer);
  }

  static byte[] read(RangedInput input, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    input.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * Checks every record's checksum, without a key.
   *
   * @return what is wrong, in the order of the file; empty if nothing is
   */
  public PackCheck verifyChecksums() throws IOException {
    return PackCheck.of(input, this);
  }
}
