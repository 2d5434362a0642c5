package dozo.mount.trace;

import dozo.format.UuidBytes;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A disk that is booted from. Its trace is found again by the VM and the disk's name, whichever
 * restore point is mounted and wherever that comes from.
 *
 * @param point the restore point
 * @param namespace what the VM's id is unique in
 * @param vm the VM
 * @param disk the disk's name
 */
public record TracedDisk(RestorePointId point, String namespace, UUID vm, String disk) {
  /** The length of {@link #key}. */
  static final int KEY_BYTES = 32;

  /** A disk of a restore point. */
  public static TracedDisk of(RestorePoint point, DiskEntry disk) {
    return new TracedDisk(point.id(), point.vm().namespace(), point.vm().id(), disk.name());
  }

  /** The SHA-256 that its trace is found by. */
  byte[] key() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(UuidBytes.of(vm));
      // Neither of the names has a zero in it.
      sha256.update((namespace + '\0' + disk).getBytes(StandardCharsets.UTF_8));
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The name of its trace's file, whatever characters are in the names. */
  String fileName() {
    return HexFormat.of().formatHex(key(), 0, KEY_BYTES / 2) + BootTraceStore.SUFFIX;
  }
}
