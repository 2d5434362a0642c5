package dozo.repository.read;

import dozo.format.Limits;
import dozo.format.pack.PackReader;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.PackedSegment;
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
  private final PackedSegment packed = new PackedSegment();
  private byte[] record = new byte[0];

  /** Makes a decoder. */
  public SegmentDecoder() {}

  /**
   * Reads and opens a segment, and tries once more if that fails: what a disk or a cable did once
   * it may not do again, and nobody is to call a segment damaged for it.
   *
   * @return what is in it, valid until the next call
   * @throws dozo.format.CorruptDataException if it is damaged
   */
  public SegmentView decode(OpenPack pack, ChunkLocation segment) throws IOException {
    return twice(() -> {
      int length = readRecord(pack, segment);
      opener.open(pack.key(), record, 0, length, segment.segmentOffset(), view);
      return view;
    });
  }

  /**
   * Reads and decrypts a segment, and leaves it compressed; tries twice, too.
   *
   * @return the segment, valid until the next call
   * @throws dozo.format.CorruptDataException if it is damaged
   */
  PackedSegment decrypt(OpenPack pack, ChunkLocation segment) throws IOException {
    return twice(() -> {
      int length = readRecord(pack, segment);
      opener.decrypt(pack.key(), record, 0, length, segment.segmentOffset(), packed);
      return packed;
    });
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T twice(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      return reading.read();
    }
  }

  /** Reads the record of a segment and returns its length. */
  private int readRecord(OpenPack pack, ChunkLocation segment) throws IOException {
    int length =
        PackReader.recordLength(Math.clamp(segment.sealedBytes(), 0, Limits.SEGMENT_BYTES + 1024));
    if (record.length < length) {
      record = new byte[length];
    }
    pack.readRecord(segment.segmentOffset(), segment.sealedBytes(), record);
    return length;
  }

  @Override
  public void close() {
    opener.close();
  }
}
