package dozo.repository.ingest;

import dozo.format.manifest.RestorePoint;

/**
 * The proof that a restore point is on stable storage.
 *
 * @param restorePoint what was committed
 * @param manifestSha256 the SHA-256 of the whole manifest file, 64 hexadecimal digits
 * @param signature the repository's Ed25519 signature as {@code docs/protocol.md} §5 has it, in
 *     Base64
 * @param publicKey the 32 bytes of the Ed25519 key that verifies it, in Base64
 */
public record CommitReceipt(
    RestorePoint restorePoint, String manifestSha256, String signature, String publicKey) {}
