package dozo.mount.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The last 512 bytes of a VHD ("Virtual Hard Disk Image Format Specification" 1.0, Microsoft 2006,
 * section "Hard Disk Footer Format"). Numbers are big-endian.
 *
 * <pre>
 *   0   8  cookie "conectix"
 *   8   4  features: 2, a bit that is always set
 *  12   4  format version: 1.0
 *  16   8  where the dynamic header is: all ones, because a fixed disk has none
 *  24   4  seconds since 2000-01-01 UTC
 *  28   4  creator application
 *  32   4  creator version
 *  36   4  creator host: "Wi2k"
 *  40   8  size when it was made
 *  48   8  size now
 *  56   4  geometry: cylinders (2), heads (1), sectors a track (1)
 *  60   4  disk type: 2, fixed
 *  64   4  checksum: the ones' complement of the sum of all other bytes
 *  68  16  unique id
 *  84   1  saved state: 0
 *  85 427  reserved: zeros
 * </pre>
 *
 * <p>Whose size counts depends on the reader. Virtual PC computed it from the geometry, which is
 * nearly always less; Hyper-V takes the size field. qemu decides by the creator application: from
 * {@code vpc } and {@code qemu} it takes the geometry, from {@code win } the size field. So the
 * creator is {@code win }, and all of them that are in use see the whole disk.
 */
final class VhdFooter {
  static final int BYTES = 512;

  /** 2040 GiB: what Hyper-V, and qemu with it, takes for a VHD's largest size. */
  static final long MAXIMUM_BYTES = 2040L << 30;

  private static final int SECTOR_BYTES = 512;
  private static final int FEATURES = 2;
  private static final int VERSION = 0x1_0000;
  private static final int CREATOR_VERSION = 0x6_0003;
  private static final int FIXED = 2;
  private static final int CHECKSUM_OFFSET = 64;
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private VhdFooter() {}

  /**
   * Computes the footer of a fixed disk.
   *
   * @param sizeBytes a multiple of 512, at most {@link #MAXIMUM_BYTES}
   * @param uniqueId by which differencing children know the file
   * @return a read-only buffer of {@link #BYTES} bytes
   */
  static ByteBuffer encode(long sizeBytes, UUID uniqueId, Instant created) {
    if (sizeBytes <= 0 || sizeBytes > MAXIMUM_BYTES || sizeBytes % SECTOR_BYTES != 0) {
      throw new IllegalArgumentException(
          "A VHD has a multiple of 512 bytes up to " + MAXIMUM_BYTES + ", not " + sizeBytes);
    }
    ByteBuffer footer = ByteBuffer.allocate(BYTES);
    footer
        .put(ascii("conectix"))
        .putInt(FEATURES)
        .putInt(VERSION)
        .putLong(-1)
        .putInt((int) Math.clamp(Duration.between(EPOCH, created).toSeconds(), 0, 0xFFFF_FFFFL))
        .put(ascii("win "))
        .putInt(CREATOR_VERSION)
        .put(ascii("Wi2k"))
        .putLong(sizeBytes)
        .putLong(sizeBytes)
        .putInt(geometry(sizeBytes / SECTOR_BYTES))
        .putInt(FIXED)
        .putInt(0)
        .putLong(uniqueId.getMostSignificantBits())
        .putLong(uniqueId.getLeastSignificantBits())
        .clear();
    int sum = 0;
    for (byte each : footer.array()) {
      sum += Byte.toUnsignedInt(each);
    }
    return footer.putInt(CHECKSUM_OFFSET, ~sum).asReadOnlyBuffer();
  }

  /**
   * Cylinders, heads and sectors a track by the specification's appendix "CHS Calculation".
   *
   * @return the four bytes as the footer has them
   */
  static int geometry(long diskSectors) {
    long sectors = Math.min(diskSectors, 65_535L * 16 * 255);
    int perTrack = 17;
    long tracks = sectors / perTrack;
    long heads = Math.max(4, (tracks + 1023) / 1024);
    if (tracks >= heads * 1024 || heads > 16) {
      perTrack = 31;
      heads = 16;
      tracks = sectors / perTrack;
    }
    if (tracks >= heads * 1024) {
      perTrack = 63;
      tracks = sectors / perTrack;
    }
    if (sectors >= 65_535L * 16 * 63) {
      perTrack = 255;
      heads = 16;
      tracks = sectors / perTrack;
    }
    return (int) (tracks / heads) << 16 | (int) heads << 8 | perTrack;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
