package dozo.mount.overlay;

import dozo.format.Fault;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.UuidBytes;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The head of a map file: which overlay it belongs to, and which image that lies over.
 *
 * @param overlay the overlay's id, the same for all its disks
 * @param point the restore point beneath
 * @param face the form of the disk
 * @param imageBytes the size of the image beneath
 * @param imageId 64 hexadecimal digits that tell the image from every other
 * @param identity what the disk answers on SCSI page 83
 * @param imageBlockBytes the block size of a VHDX; 0 for the disk itself
 * @param generation how often the map was rewritten
 * @param created when the overlay was made
 * @param disk the name of the disk
 * @param vm the name of the VM, for people
 */
record OverlayHeader(
    UUID overlay,
    RestorePointId point,
    Face face,
    long imageBytes,
    String imageId,
    UUID identity,
    int imageBlockBytes,
    int generation,
    Instant created,
    String disk,
    String vm) {

  private static final int TEXTS = 128;
  private static final int CRC = OverlayFormat.HEADER_BYTES - 4;
  private static final int MAX_TEXT_BYTES = 1024;

  OverlayHeader withGeneration(int next) {
    return new OverlayHeader(
        overlay,
        point,
        face,
        imageBytes,
        imageId,
        identity,
        imageBlockBytes,
        next,
        created,
        disk,
        vm);
  }

  ByteBuffer encode() {
    ByteBuffer bytes =
        ByteBuffer.allocate(OverlayFormat.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(OverlayFormat.MAGIC).putInt(OverlayFormat.KIND);
    bytes.putShort((short) OverlayFormat.VERSION).putShort((short) 0);
    bytes.putInt(OverlayFormat.BLOCK_BYTES);
    UuidBytes.put(bytes, overlay);
    UuidBytes.put(bytes, point.uuid());
    bytes.putLong(imageBytes);
    bytes.put(HexFormat.of().parseHex(imageId));
    UuidBytes.put(bytes, identity);
    bytes.putInt(generation);
    bytes.putInt(face.number());
    bytes.putLong(created.toEpochMilli());
    bytes.putInt(imageBlockBytes);
    bytes.position(TEXTS);
    putText(bytes, disk);
    putText(bytes, vm);
    bytes.putInt(CRC, OverlayFormat.crc(bytes.slice(0, CRC)));
    return bytes.clear();
  }

  private static void putText(ByteBuffer bytes, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    if (encoded.length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException("a name has " + encoded.length + " bytes: " + text);
    }
    bytes.putShort((short) encoded.length).put(encoded);
  }

  static OverlayHeader read(BlockFile file, Path path) throws IOException {
    long size = file.sizeBytes();
    ByteBuffer bytes =
        ByteBuffer.allocate(OverlayFormat.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < OverlayFormat.HEADER_BYTES) {
      throw OverlayFormat.corrupt(
          "The overlay's map is too short", path, 0, "at least 4096 bytes", size);
    }
    file.read(0, bytes);
    return decode(bytes.flip(), path);
  }

  static OverlayHeader decode(ByteBuffer bytes, Path path) throws IOException {
    if (bytes.getInt() != OverlayFormat.MAGIC || bytes.getInt() != OverlayFormat.KIND) {
      throw new ForeignFileException(Fault.of("This is not the map of an overlay").file(path));
    }
    int version = Short.toUnsignedInt(bytes.getShort());
    int flags = bytes.getShort();
    if (version > OverlayFormat.VERSION || flags != 0) {
      throw new FormatTooNewException(
          Fault.of("A newer version of Dozo wrote this overlay")
              .file(path)
              .expected("version 1 without flags")
              .actual("version " + version + ", flags " + flags)
              .cure("use that version"));
    }
    int crc = OverlayFormat.crc(bytes.slice(0, CRC));
    require(crc == bytes.getInt(CRC), path, "checksum " + crc, bytes.getInt(CRC));
    require(version == OverlayFormat.VERSION, path, "version 1", version);
    int block = bytes.getInt();
    require(block == OverlayFormat.BLOCK_BYTES, path, "blocks of 4096 bytes", block);
    UUID overlay = UuidBytes.get(bytes);
    UUID point = UuidBytes.get(bytes);
    long imageBytes = bytes.getLong();
    require(
        imageBytes >= 0 && imageBytes <= OverlayFormat.MAX_IMAGE_BYTES,
        path,
        "an image of at most 2^47 bytes",
        imageBytes);
    byte[] imageId = new byte[32];
    bytes.get(imageId);
    UUID identity = UuidBytes.get(bytes);
    int generation = bytes.getInt();
    int number = bytes.getInt();
    Optional<Face> face = Face.of(number);
    require(face.isPresent(), path, "face 0 or 1", number);
    Instant created = Instant.ofEpochMilli(bytes.getLong());
    int imageBlockBytes = bytes.getInt();
    bytes.position(TEXTS);
    String disk = text(bytes, path);
    return new OverlayHeader(
        overlay,
        new RestorePointId(point),
        face.orElseThrow(),
        imageBytes,
        HexFormat.of().formatHex(imageId),
        identity,
        imageBlockBytes,
        generation,
        created,
        disk,
        text(bytes, path));
  }

  private static String text(ByteBuffer bytes, Path path) throws IOException {
    int length = Short.toUnsignedInt(bytes.getShort());
    require(length <= MAX_TEXT_BYTES, path, "a name of at most 1024 bytes", length);
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static void require(boolean holds, Path path, Object expected, Object actual)
      throws IOException {
    if (!holds) {
      throw OverlayFormat.corrupt("The head of the overlay's map", path, 0, expected, actual);
    }
  }
}
