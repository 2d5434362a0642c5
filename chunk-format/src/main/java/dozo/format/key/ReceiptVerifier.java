package dozo.format.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.UuidBytes;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Checks commit receipts that a {@link ReceiptSigner} has signed.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ReceiptVerifier {

  private static final byte[] PREFIX = "dozo/v1/receipt\0".getBytes(US_ASCII);
  private static final int SHA256_BYTES = 32;

  private final UUID repositoryId;
  private final byte[] publicKey;

  /**
   * Makes a verifier for the receipts of one repository.
   *
   * @param publicKey the 32 bytes of the repository's public key
   * @throws IllegalArgumentException if the key has another length
   */
  public ReceiptVerifier(UUID repositoryId, byte[] publicKey) {
    if (publicKey.length != Ed25519.PUBLIC_KEY_SIZE) {
      throw new IllegalArgumentException(
          "An Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    this.repositoryId = repositoryId;
    this.publicKey = publicKey.clone();
  }

  /**
   * Tells whether a signature is the repository's.
   *
   * @param manifestSha256 the 32 bytes of the SHA-256 of the whole manifest file
   * @param signature of any length
   */
  public boolean verify(UUID restorePointId, byte[] manifestSha256, byte[] signature) {
    byte[] message = message(repositoryId, restorePointId, manifestSha256);
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  static byte[] message(UUID repositoryId, UUID restorePointId, byte[] manifestSha256) {
    if (manifestSha256.length != SHA256_BYTES) {
      throw new IllegalArgumentException("A SHA-256 has 32 bytes, not " + manifestSha256.length);
    }
    ByteBuffer message =
        ByteBuffer.allocate(PREFIX.length + 2 * UuidBytes.BYTES + SHA256_BYTES).put(PREFIX);
    UuidBytes.put(message, repositoryId);
    UuidBytes.put(message, restorePointId);
    return message.put(manifestSha256).array();
  }
}
