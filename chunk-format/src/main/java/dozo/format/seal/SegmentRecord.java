package dozo.format.seal;

import dozo.format.ChunkId;

/**
 * A segment on its way into a pack: compressed by a {@link ChunkSealer}, then encrypted where it
 * lies by a {@link RecordSealer}, together with the list of its chunks, which the pack's directory
 * needs.
 *
 * <p>Confined to one thread at a time; reused by the next {@link ChunkSealer#compress}.
 */
public final class SegmentRecord {

  private byte[] bytes = new byte[0];
  private final ChunkList chunks = new ChunkList();
  private Encoding encoding = Encoding.RAW;
  private int plainLength;
  private int payloadLength;
  private boolean sealed;

  /** Makes a record that holds nothing yet. */
  public SegmentRecord() {}

  /** The array that holds the whole record from its start on. Its length is {@link #length()}. */
  public byte[] bytes() {
    return bytes;
  }

  /** The length of the whole record, header and tag included; known before it is encrypted. */
  public int length() {
    return RecordHeader.BYTES + payloadLength + RecordHeader.TAG_BYTES;
  }

  /** The length of the segment's plain bytes, its list included. */
  public int plainLength() {
    return plainLength;
  }

  /** The length of what is encrypted, with its tag. */
  public int sealedLength() {
    return payloadLength + RecordHeader.TAG_BYTES;
  }

  /** How the segment is encoded. */
  public Encoding encoding() {
    return encoding;
  }

  /** How many chunks are in the segment. */
  public int chunkCount() {
    return chunks.size();
  }

  /** The id of a chunk, counted from 0. */
  public ChunkId chunkId(int index) {
    return chunks.id(index);
  }

  /** The length of a chunk in bytes, counted from 0. */
  public int chunkLength(int index) {
    return chunks.length(index);
  }

  /** Whether the record has been encrypted. */
  public boolean isSealed() {
    return sealed;
  }

  /** Returns an array with room for a record of so many bytes before encryption. */
  byte[] room(int payloadBytes) {
    int needed = RecordHeader.BYTES + payloadBytes + RecordHeader.TAG_BYTES;
    if (bytes.length < needed) {
      bytes = new byte[needed];
    }
    return bytes;
  }

  void compressed(ChunkList list, Encoding encoding, int plainLength, int payloadLength) {
    this.chunks.copyFrom(list);
    this.encoding = encoding;
    this.plainLength = plainLength;
    this.payloadLength = payloadLength;
    this.sealed = false;
  }

  void markSealed() {
    sealed = true;
  }
}
