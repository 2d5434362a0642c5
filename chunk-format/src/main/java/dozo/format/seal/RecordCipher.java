package dozo.format.seal;

import dozo.format.UuidBytes;
import dozo.format.key.PackKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM under a pack's key, with the nonce and the associated data of one record.
 *
 * <p>Confined to one thread at a time. On arrays and with all of a record in one call the JDK's
 * cipher is several times faster than on direct buffers or in pieces.
 */
final class RecordCipher {

  private static final int NONCE_BYTES = 12;

  private final Cipher cipher;

  RecordCipher() {
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-GCM", e);
    }
  }

  /**
   * Returns the cipher, ready for a single {@code doFinal} over the payload of that record.
   *
   * @param record holds the record's header from {@code offset} on
   */
  Cipher start(int mode, PackKey key, int ordinal, byte[] record, int offset)
      throws GeneralSecurityException {
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(ordinal).array();
    cipher.init(mode, key.key(), new GCMParameterSpec(8 * RecordHeader.TAG_BYTES, nonce));
    cipher.updateAAD(UuidBytes.of(key.packId()));
    cipher.updateAAD(record, offset, RecordHeader.ASSOCIATED_BYTES);
    return cipher;
  }
}
