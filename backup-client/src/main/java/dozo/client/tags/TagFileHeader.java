package dozo.client.tags;

import dozo.format.Crc32c;
import dozo.format.UuidBytes;
import dozo.format.manifest.RestorePointId;
import dozo.format.tag.BlockTagger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** The beginning of a file of tags. */
final class TagFileHeader {

  /** Where the tags begin. */
  static final int BYTES = 4096;

  private static final byte[] MAGIC = "DOZOTAG1".getBytes(StandardCharsets.US_ASCII);
  private static final int DISK_BYTES = 32;
  private static final int CHECKED_BYTES = 104;

  private final UUID repository;
  private final byte[] key;
  private final RestorePointId base;
  private final long sizeBytes;
  private final byte[] disk;

  /**
   * Makes a header, which keeps the arrays.
   *
   * @param repository the repository that has the base
   * @param key the key of the tags, 16 bytes
   * @param base what was backed up when they were made
   * @param sizeBytes the size of the disk then
   * @param disk the hash that names the disk, 32 bytes
   */
  TagFileHeader(UUID repository, byte[] key, RestorePointId base, long sizeBytes, byte[] disk) {
    this.repository = repository;
    this.key = key;
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.disk = disk;
  }

  UUID repository() {
    return repository;
  }

  byte[] key() {
    return key;
  }

  RestorePointId base() {
    return base;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Whether this is the file of a disk. */
  boolean isOf(UUID ofRepository, byte[] ofDisk) {
    return repository.equals(ofRepository) && Arrays.equals(disk, ofDisk);
  }

  /** The header as it stands in the file. */
  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putInt(BlockTags.BLOCK_BYTES).putInt(0);
    UuidBytes.put(bytes, repository);
    bytes.put(key);
    UuidBytes.put(bytes, base.uuid());
    bytes.putLong(sizeBytes).put(disk);
    bytes.putInt(Crc32c.of(bytes.array(), 0, CHECKED_BYTES));
    return bytes.clear();
  }

  /** Reads a header; empty if it is none, or one of another time. */
  static Optional<TagFileHeader> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    byte[] key = new byte[BlockTagger.KEY_BYTES];
    byte[] disk = new byte[DISK_BYTES];
    in.get(magic);
    int blockBytes = in.getInt();
    int reserved = in.getInt();
    UUID repository = UuidBytes.get(in);
    in.get(key);
    UUID base = UuidBytes.get(in);
    long sizeBytes = in.getLong();
    in.get(disk);
    boolean isSound = in.getInt() == Crc32c.of(bytes, 0, CHECKED_BYTES);
    if (!isSound
        || !Arrays.equals(magic, MAGIC)
        || blockBytes != BlockTags.BLOCK_BYTES
        || reserved != 0
        || sizeBytes < 0
        || base.version() != 7
        || base.variant() != 2) {
      return Optional.empty();
    }
    return Optional.of(
        new TagFileHeader(repository, key, new RestorePointId(base), sizeBytes, disk));
  }
}
