package dozo.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A small file that is read and written whole: an envelope, a body, and a trailer with length and
 * checksum ({@code docs/format.md} §3). All kinds of files but packs are such files.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class EnvelopedFile {

  /** The length of the trailer in bytes. */
  public static final int TRAILER_BYTES = 16;

  private static final int END_MAGIC = 0x444e5a44;

  private final Envelope envelope;
  private final byte[] file;

  private EnvelopedFile(Envelope envelope, byte[] file) {
    this.envelope = envelope;
    this.file = file;
  }

  /** Returns the whole file around a body. */
  public static byte[] encode(FileKind kind, UUID id, UUID repositoryId, byte[] body) {
    byte[] file = new byte[Envelope.BYTES + body.length + TRAILER_BYTES];
    new Envelope(kind, body.length, id, repositoryId).write(file, 0);
    System.arraycopy(body, 0, file, Envelope.BYTES, body.length);
    int end = Envelope.BYTES + body.length;
    ByteBuffer trailer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(end);
    trailer.putLong(file.length);
    trailer.putInt(Crc32c.of(file, 0, end + 8)).putInt(END_MAGIC);
    return file;
  }

  /**
   * Checks a whole file. The array is kept and must not change.
   *
   * @param kind what the file must be
   * @param file all its bytes
   * @param object what the file is said to be, for the error
   * @throws ForeignFileException if it is no file of Dozo's
   * @throws FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static EnvelopedFile decode(FileKind kind, byte[] file, String object)
      throws DozoException {
    Envelope.checkMagic(file, object);
    if (file.length < Envelope.BYTES + TRAILER_BYTES) {
      throw new CorruptDataException(
          Fault.of("The file is cut short").in(object).actual(file.length + " bytes"));
    }
    int end = file.length - TRAILER_BYTES;
    ByteBuffer trailer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(end);
    long length = trailer.getLong();
    int crc = trailer.getInt();
    int magic = trailer.getInt();
    if (magic != END_MAGIC || length != file.length) {
      throw new CorruptDataException(
          Fault.of("The file does not end where it should")
              .in(object)
              .at(end)
              .expected(file.length)
              .actual(length + " with end mark " + Fault.hex(magic)));
    }
    int actual = Crc32c.of(file, 0, end + 8);
    if (actual != crc) {
      throw new CorruptDataException(
          Fault.of("The file's checksum differs")
              .in(object)
              .at(end + 8L)
              .expected(Fault.hex(crc))
              .actual(Fault.hex(actual)));
    }
    Envelope envelope = Envelope.read(file, kind, object);
    if (envelope.bodyLength() != end - Envelope.BYTES) {
      throw new CorruptDataException(
          Fault.of("The body's length is not the file's")
              .in(object)
              .at(12)
              .expected(end - Envelope.BYTES)
              .actual(envelope.bodyLength()));
    }
    return new EnvelopedFile(envelope, file);
  }

  /** The file's first bytes as values. */
  public Envelope envelope() {
    return envelope;
  }

  /** The body, read-only and little-endian, from position 0 to its limit. */
  public ByteBuffer body() {
    return ByteBuffer.wrap(file, Envelope.BYTES, envelope.bodyLength())
        .slice()
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The envelope's bytes in an array of their own, as associated data needs them. */
  public byte[] envelopeBytes() {
    byte[] bytes = new byte[Envelope.BYTES];
    envelope.write(bytes, 0);
    return bytes;
  }
}
