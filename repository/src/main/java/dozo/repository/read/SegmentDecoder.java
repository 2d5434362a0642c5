package dozo.repository.read;

import dozo.format.Limits;
import dozo.format.pack.PackReader;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.SegmentView;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.OpenPack;
import java.io.IOException;

/**
 * Reads and opens segments, into memory that it keeps from one to the next. For one thread at a
 * time.
 */
public final class SegmentDecoder implements AutoCloseable {

  private final ChunkOpener opener = new ChunkOpener();
  private final SegmentView view = new SegmentView();
  private byte[] record = new byte[0];

  /** Makes a decoder. */
  public SegmentDecoder() {}

  /**
   * Reads a segment, and tries once more if that fails: what a disk or a cable did once it may not
   * do again, and nobody is to call a segment damaged for it.
   *
   * @return what is in it, valid until the next call
   * @throws dozo.format.CorruptDataException if it is damaged
   */
  public SegmentView decode(OpenPack pack, ChunkLocation segment) throws IOException {
    try {
      return decodeOnce(pack, segment);
    } catch (IOException e) {
      return decodeOnce(pack, segment);
    }
  }

  private SegmentView decodeOnce(OpenPack pack, ChunkLocation segment) throws IOException {
    int length =
        PackReader.recordLength(Math.clamp(segment.sealedBytes(), 0, Limits.SEGMENT_BYTES + 1024));
    if (record.length < length) {
      record = new byte[length];
    }
    pack.readRecord(segment.segmentOffset(), segment.sealedBytes(), record);
    opener.open(pack.key(), record, 0, length, segment.segmentOffset(), view);
    return view;
  }

  @Override
  public void close() {
    opener.close();
  }
}
