package dozo.format.seal;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Fault;
import dozo.format.key.PackKey;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Checks and decrypts records. The mirror of {@link RecordSealer}.
 *
 * <p>Confined to one thread at a time.
 */
public final class RecordOpener {

  private final RecordCipher cipher = new RecordCipher();

  /** Makes an opener for records of any pack. */
  public RecordOpener() {}

  /**
   * Reads the header of a record and checks the checksum of its sealed bytes. Needs no key.
   *
   * @param record holds the record from {@code offset} on
   * @param length how many bytes of it there are; the record must have exactly as many
   * @param object the pack, for the error
   * @param fileOffset where the record lies in the pack, for the error
   */
  public static RecordHeader check(
      byte[] record, int offset, int length, String object, long fileOffset)
      throws CorruptDataException {
    Objects.checkFromIndexSize(offset, length, record.length);
    if (length < RecordHeader.BYTES) {
      throw new CorruptDataException(
          Fault.of("The record is cut short").in(object).at(fileOffset).actual(length + " bytes"));
    }
    RecordHeader header = RecordHeader.read(record, offset, object, fileOffset);
    if (header.recordLength() != length) {
      throw new CorruptDataException(
          Fault.of("The record has another length than was looked for")
              .in(object)
              .at(fileOffset)
              .expected(length)
              .actual(header.recordLength()));
    }
    int crc = Crc32c.of(record, offset + RecordHeader.BYTES, header.sealedLength());
    if (crc != header.sealedCrc()) {
      throw new CorruptDataException(
          Fault.of("The checksum of the sealed bytes differs")
              .in(object)
              .at(fileOffset)
              .expected(Fault.hex(header.sealedCrc()))
              .actual(Fault.hex(crc)));
    }
    return header;
  }

  /**
   * Decrypts a record that has been checked.
   *
   * @param header the record's header
   * @param record holds the record from {@code offset} on
   * @param target gets the payload, which is the tag's length shorter than the sealed bytes; may be
   *     the same array only at the same place
   * @throws CorruptDataException if the authentication tag does not fit
   */
  public void decrypt(
      PackKey key,
      RecordHeader header,
      byte[] record,
      int offset,
      byte[] target,
      int targetOffset,
      long fileOffset)
      throws CorruptDataException {
    try {
      cipher
          .start(Cipher.DECRYPT_MODE, key, header.ordinal(), record, offset)
          .doFinal(
              record, offset + RecordHeader.BYTES, header.sealedLength(), target, targetOffset);
    } catch (AEADBadTagException e) {
      throw new CorruptDataException(
          Fault.of("The record fails its authentication")
              .in("pack " + key.packId())
              .at(fileOffset)
              .expected("record " + header.ordinal() + " as it was sealed"),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to decrypt", e);
    }
  }
}
