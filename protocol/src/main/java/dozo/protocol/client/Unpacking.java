package dozo.protocol.client;

import dozo.format.CorruptDataException;
import dozo.format.seal.SegmentUnpacker;
import dozo.format.seal.SegmentView;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the segments that come for a call, into memory that it keeps. For one thread at a time.
 */
final class Unpacking implements AutoCloseable {

  private final String what;
  private final SegmentView view = new SegmentView();
  private @Nullable SegmentUnpacker unpacker;

  /**
   * Makes one that takes no memory until a segment comes.
   *
   * @param what is being read, for errors
   */
  Unpacking(String what) {
    this.what = what;
  }

  /** Unpacks a segment, in place of the one before. */
  void unpack(SegmentPart part, ByteBuffer bytes) throws CorruptDataException {
    if (unpacker == null) {
      unpacker = new SegmentUnpacker();
    }
    unpacker.unpack(bytes, part.isCompressed(), part.plainBytes(), what, view);
  }

  /** The chunks of the segment. */
  SegmentView view() {
    return view;
  }

  /** The bytes of a chunk, valid until the next segment. */
  ByteBuffer chunk(int place) {
    return ByteBuffer.wrap(view.plain(), view.offset(place), view.length(place))
        .slice()
        .asReadOnlyBuffer();
  }

  @Override
  public void close() {
    if (unpacker != null) {
      unpacker.close();
    }
  }
}
