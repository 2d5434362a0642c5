package dozo.protocol.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.protocol.message.SessionMessage.Receipt;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;

/** The signature under a receipt: Ed25519 (RFC 8032) over what docs/protocol.md §5 lists. */
final class ReceiptSignature {

  private static final byte[] CONTEXT = "dozo/v1/receipt\0".getBytes(US_ASCII);

  /** RFC 8410 §4: the fixed beginning of an Ed25519 public key in X.509 form. */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int KEY_BYTES = 32;

  private ReceiptSignature() {}

  /**
   * Checks that the repository's receipt key signed this receipt.
   *
   * @throws CorruptDataException if it did not
   */
  static void verify(UUID repository, Receipt receipt) throws CorruptDataException {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey(receipt.publicKey()));
      signature.update(signed(repository, receipt));
      if (signature.verify(Base64.getDecoder().decode(receipt.signature()))) {
        return;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new CorruptDataException(fault(receipt), e);
    }
    throw new CorruptDataException(fault(receipt));
  }

  private static Fault fault(Receipt receipt) {
    return Fault.of("The receipt's signature does not hold")
        .in("restore point " + receipt.restorePoint())
        .cure("do not count on this restore point before 'dozo verify' has read it");
  }

  private static byte[] signed(UUID repository, Receipt receipt) {
    byte[] manifest = HexFormat.of().parseHex(receipt.manifestSha256());
    UUID point = receipt.restorePoint().uuid();
    return ByteBuffer.allocate(CONTEXT.length + 2 * 16 + manifest.length)
        .put(CONTEXT)
        .putLong(repository.getMostSignificantBits())
        .putLong(repository.getLeastSignificantBits())
        .putLong(point.getMostSignificantBits())
        .putLong(point.getLeastSignificantBits())
        .put(manifest)
        .array();
  }

  private static PublicKey publicKey(String base64) throws GeneralSecurityException {
    byte[] raw = Base64.getDecoder().decode(base64);
    if (raw.length != KEY_BYTES) {
      throw new IllegalArgumentException("An Ed25519 key has 32 bytes, not " + raw.length);
    }
    byte[] encoded =
        ByteBuffer.allocate(X509_PREFIX.length + KEY_BYTES).put(X509_PREFIX).put(raw).array();
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
