package dozo.cli.files;

/**
 * What a reader and a writer of tar archives share: POSIX.1-2017, pax, "Extended Description". A
 * header is a block of 512 bytes; one of type {@code x} comes before another and has records {@code
 * LENGTH KEYWORD=VALUE\n} as its content, which replace what the other says.
 */
final class TarFormat {
  static final int BLOCK = 512;
  static final char EXTENDED = 'x';
  static final int CHECKSUM_AT = 148;
  static final int CHECKSUM_BYTES = 8;

  /** By this prefix GNU tar names the records of extended attributes. */
  static final String ATTRIBUTE = "SCHILY.xattr.";

  private TarFormat() {}

  /** How many bytes follow a content until the next block. */
  static int padding(long sizeBytes) {
    return (int) (-sizeBytes & (BLOCK - 1));
  }

  /** The sum of a header's bytes, those of the checksum itself taken for blanks. */
  static int checksum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
      sum += own ? ' ' : Byte.toUnsignedInt(block[i]);
    }
    return sum;
  }
}
