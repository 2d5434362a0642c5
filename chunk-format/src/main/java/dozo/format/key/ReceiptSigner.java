package dozo.format.key;

import java.util.UUID;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs commit receipts with Ed25519 (RFC 8032), so that whoever keeps one can show later what the
 * repository acknowledged ({@code docs/protocol.md} §5).
 *
 * <p>BouncyCastle's arithmetic is used without its provider: the JDK signs from a bare seed but has
 * no way to tell the seed's public key.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ReceiptSigner {

  private final UUID repositoryId;
  private final byte[] seed;
  private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

  /** Keeps the array. */
  ReceiptSigner(UUID repositoryId, byte[] seed) {
    this.repositoryId = repositoryId;
    this.seed = seed;
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
  }

  /** The 32 bytes that a verifier needs. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * Signs the receipt of a restore point.
   *
   * @param restorePointId the restore point
   * @param manifestSha256 the 32 bytes of the SHA-256 of its whole manifest file
   * @return the 64 bytes of the signature
   */
  public byte[] sign(UUID restorePointId, byte[] manifestSha256) {
    byte[] message = ReceiptVerifier.message(repositoryId, restorePointId, manifestSha256);
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public String toString() {
    return "receipt signer of repository " + repositoryId;
  }
}
