package dozo.format.seal;

import dozo.format.Crc32c;
import dozo.format.Limits;
import dozo.format.key.PackKey;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * The second half of sealing: encrypts the records of one pack, each where it lies. The mirror of
 * {@link RecordOpener}.
 *
 * <p>Confined to one thread at a time. Made once for a pack that is being written and never again
 * for the same pack: it counts the ordinals itself, and they are the nonces.
 */
public final class RecordSealer {

  private final PackKey key;
  private final RecordCipher cipher = new RecordCipher();
  private int nextOrdinal;

  /** Makes the sealer of a new pack. */
  public RecordSealer(PackKey key) {
    this.key = key;
  }

  /** How many records have been sealed. */
  public int sealedRecords() {
    return nextOrdinal;
  }

  /**
   * Completes a compressed segment's record: its bytes are then what stands in the file.
   *
   * @throws IllegalStateException if the record is not fresh from {@link ChunkSealer#compress}, or
   *     the pack has as many records as it may have
   */
  public void seal(SegmentRecord record) {
    if (record.isSealed() || record.plainLength() == 0) {
      throw new IllegalStateException("There is no compressed segment in the record");
    }
    seal(
        record.bytes(),
        RecordType.SEGMENT,
        record.encoding(),
        record.plainLength(),
        record.sealedLength());
    record.markSealed();
  }

  /**
   * Encrypts a directory.
   *
   * @param record an array that holds the plain bytes from {@value RecordHeader#BYTES} on, and
   *     after them room for a tag; becomes the whole record
   * @param plainLength how many plain bytes there are
   */
  public void sealDirectory(byte[] record, int plainLength) {
    seal(
        record,
        RecordType.DIRECTORY,
        Encoding.RAW,
        plainLength,
        plainLength + RecordHeader.TAG_BYTES);
  }

  private void seal(
      byte[] record, RecordType type, Encoding encoding, int plainLength, int sealedLength) {
    if (nextOrdinal == Limits.PACK_RECORDS) {
      throw new IllegalStateException("A pack has at most " + Limits.PACK_RECORDS + " records");
    }
    int ordinal = nextOrdinal++;
    new RecordHeader(ordinal, type, encoding, plainLength, sealedLength, 0).write(record, 0);
    int payloadLength = sealedLength - RecordHeader.TAG_BYTES;
    try {
      Cipher gcm = cipher.start(Cipher.ENCRYPT_MODE, key, ordinal, record, 0);
      gcm.doFinal(record, RecordHeader.BYTES, payloadLength, record, RecordHeader.BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
    }
    int crc = Crc32c.of(record, RecordHeader.BYTES, sealedLength);
    new RecordHeader(ordinal, type, encoding, plainLength, sealedLength, crc).write(record, 0);
  }
}
