package dozo.format.seal;

/**
 * A segment as it lies in a pack once it has been decrypted: not yet decompressed. Whoever has it
 * can send it on in this form, and a {@link SegmentUnpacker} makes chunks of it elsewhere.
 *
 * <p>Filled by {@link ChunkOpener#decrypt}, whole or not at all. Confined to one thread at a time;
 * reused by the next segment.
 */
public final class PackedSegment {

  private byte[] bytes = new byte[0];
  private int length;
  private int plainLength;
  private Encoding encoding = Encoding.RAW;

  /** Makes one that holds nothing. */
  public PackedSegment() {}

  /** The array that holds the segment from its beginning on. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes of the array are the segment's. */
  public int length() {
    return length;
  }

  /** How many bytes it comes to, the list of its chunks included. */
  public int plainLength() {
    return plainLength;
  }

  /** Whether it is a zstd frame; otherwise the bytes are the plain ones. */
  public boolean isCompressed() {
    return encoding == Encoding.ZSTD;
  }

  /** Empties it and returns an array with room for so many bytes. */
  byte[] room(int needed) {
    length = 0;
    if (bytes.length < needed) {
      bytes = new byte[needed];
    }
    return bytes;
  }

  void complete(RecordHeader header) {
    length = header.sealedLength() - RecordHeader.TAG_BYTES;
    plainLength = header.plainLength();
    encoding = header.encoding();
  }
}
