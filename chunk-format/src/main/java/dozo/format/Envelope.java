package dozo.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The 48 bytes at the front of every file of a repository ({@code docs/format.md} §3), so that a
 * stray file can be told from its first sector.
 *
 * @param kind what the file is
 * @param bodyLength the length of the body in bytes; 0 for a pack, whose trailer tells
 * @param id the object in the file
 * @param repositoryId the repository that the file belongs to
 */
public record Envelope(FileKind kind, int bodyLength, UUID id, UUID repositoryId) {

  /** The length of an envelope in bytes. */
  public static final int BYTES = 48;

  /** The version of every kind of file that this code writes, and the newest that it reads. */
  public static final int VERSION = 1;

  private static final byte[] MAGIC = "DOZO".getBytes(US_ASCII);

  /** Checks the length. */
  public Envelope {
    if (bodyLength < 0 || (kind == FileKind.PACK && bodyLength != 0)) {
      throw new IllegalArgumentException("A body of " + kind + " has no " + bodyLength + " bytes");
    }
  }

  /** Writes the {@value #BYTES} bytes from {@code offset} on. */
  public void write(byte[] target, int offset) {
    ByteBuffer buffer =
        ByteBuffer.wrap(target, offset, BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .put(kind.tag().getBytes(US_ASCII))
            .putShort((short) VERSION)
            .putShort((short) 0)
            .putInt(bodyLength);
    UuidBytes.put(buffer, id);
    UuidBytes.put(buffer, repositoryId);
  }

  /**
   * Checks that a file begins as one of Dozo's. Everything else about it may still be wrong.
   *
   * @param file the file's first bytes
   * @param object what the file is said to be, for the error
   * @throws ForeignFileException if it begins otherwise
   * @throws CorruptDataException if it ends within the magic
   */
  public static void checkMagic(byte[] file, String object) throws DozoException {
    for (int i = 0; i < MAGIC.length; i++) {
      if (i == file.length) {
        throw new CorruptDataException(
            Fault.of("The file is cut short").in(object).at(0).actual(file.length + " bytes"));
      }
      if (file[i] != MAGIC[i]) {
        throw new ForeignFileException(
            Fault.of("This is no file of a Dozo repository")
                .in(object)
                .at(0)
                .cure("check that the directory is the right one"));
      }
    }
  }

  /**
   * Reads the envelope of a file whose checksum has been checked: a version or a flag from the
   * future must not be mistaken for rot, nor rot for the future.
   *
   * @param bytes holds the envelope from {@code offset} on
   * @param expected the kind that the file must be of
   * @param object what the file is said to be, for the error
   * @throws ForeignFileException if the magic is another
   * @throws FormatTooNewException if a newer Dozo wrote the file
   * @throws CorruptDataException if anything else does not fit
   */
  public static Envelope read(byte[] bytes, FileKind expected, String object) throws DozoException {
    checkMagic(bytes, object);
    if (bytes.length < BYTES) {
      throw new CorruptDataException(
          Fault.of("The file is cut short").in(object).actual(bytes.length + " bytes"));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(4);
    byte[] tag = new byte[4];
    buffer.get(tag);
    int version = Short.toUnsignedInt(buffer.getShort());
    int flags = Short.toUnsignedInt(buffer.getShort());
    if (version > VERSION || flags != 0) {
      throw new FormatTooNewException(
          Fault.of("A newer Dozo wrote this file")
              .in(object)
              .at(8)
              .expected("version " + VERSION + ", flags 0x0")
              .actual("version " + version + ", flags 0x" + Integer.toHexString(flags))
              .cure("use that newer version"));
    }
    if (version < 1) {
      throw new CorruptDataException(
          Fault.of("The file's version is impossible").in(object).at(8).actual(version));
    }
    if (!expected.tag().equals(new String(tag, US_ASCII))) {
      throw new CorruptDataException(
          Fault.of("The file is of another kind than its name says")
              .in(object)
              .at(4)
              .expected(expected.tag())
              .actual(Fault.hex(ByteBuffer.wrap(tag).getInt())));
    }
    int bodyLength = buffer.getInt();
    if (bodyLength < 0 || (expected == FileKind.PACK && bodyLength != 0)) {
      throw new CorruptDataException(
          Fault.of("The body's length is impossible")
              .in(object)
              .at(12)
              .actual(Integer.toUnsignedLong(bodyLength)));
    }
    return new Envelope(expected, bodyLength, UuidBytes.get(buffer), UuidBytes.get(buffer));
  }

  /**
   * Checks that the file is the one that its name says: a file under another's name is corrupt.
   *
   * @throws CorruptDataException if one of the ids is another
   */
  public Envelope require(UUID expectedId, UUID expectedRepositoryId, String object)
      throws CorruptDataException {
    if (!id.equals(expectedId)) {
      throw new CorruptDataException(
          Fault.of("The file holds another object than its name says")
              .in(object)
              .at(16)
              .expected(expectedId.toString())
              .actual(id.toString()));
    }
    if (!repositoryId.equals(expectedRepositoryId)) {
      throw new CorruptDataException(
          Fault.of("The file belongs to another repository")
              .in(object)
              .at(32)
              .expected(expectedRepositoryId.toString())
              .actual(repositoryId.toString()));
    }
    return this;
  }
}
