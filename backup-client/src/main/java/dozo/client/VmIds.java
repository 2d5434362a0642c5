package dozo.client;

import dozo.format.manifest.VmRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids for what has none of its own: UUIDs of version 5 (RFC 9562 §5.5), so that the same names give
 * the same id on every host and in every year.
 */
public final class VmIds {

  /** The space in which all of these names live; a random UUID, the same for ever. */
  private static final UUID SPACE = UUID.fromString("5e9dd58c-2c9c-4c6b-9d7f-6f1d8f3c0b7e");

  private VmIds() {}

  /** The id of a VM that is known by its name only. */
  public static UUID ofName(String namespace, String name) {
    return nameBased("vm\0" + namespace + "\0" + name);
  }

  /** The page-83 identifier of a disk whose source knows none. */
  public static UUID ofDisk(UUID vm, String disk) {
    return nameBased("disk\0" + vm + "\0" + disk);
  }

  /** The id of the lease of a checkpoint: the same each time that it is made. */
  public static UUID ofLease(VmRef vm, String kind, String object) {
    return nameBased("lease\0" + vm.namespace() + "\0" + vm.id() + "\0" + kind + "\0" + object);
  }

  private static UUID nameBased(String name) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-1", e);
    }
    ByteBuffer space = ByteBuffer.allocate(16);
    space.putLong(SPACE.getMostSignificantBits()).putLong(SPACE.getLeastSignificantBits()).flip();
    sha1.update(space);
    ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    return new UUID(
        (digest.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L,
        (digest.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
  }
}
