package dozo.mount.tree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Numbers nodes by their paths, so that a number means the same file at every mount. 62 bits of a
 * hash make two equal ones as good as impossible in any tree that fits a directory.
 */
final class Inodes {
  /** The number of the root, which every program expects. */
  static final long ROOT = 1;

  private static final long BIT_62 = 1L << 62;

  private Inodes() {}

  static long of(String path) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() & (BIT_62 - 1)) | BIT_62;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
