package dozo.format.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import java.nio.ByteBuffer;

/**
 * Makes chunks of a {@link PackedSegment}, also where the segment came over a network and its pack
 * is not at hand.
 *
 * <p>Confined to one thread at a time. Holds memory outside the heap until it is closed.
 */
public final class SegmentUnpacker implements AutoCloseable {

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

  /** Makes an unpacker. */
  public SegmentUnpacker() {}

  /**
   * Unpacks a segment.
   *
   * @param packed the segment from position to limit, on the heap
   * @param isCompressed whether it is a zstd frame
   * @param plainLength what it comes to, 1 to {@value Limits#SEGMENT_BYTES}
   * @param object where it comes from, for the error
   * @param target is filled, or left empty if this fails
   * @throws CorruptDataException if it does not come to that, or its list does not fit
   */
  public void unpack(
      ByteBuffer packed, boolean isCompressed, int plainLength, String object, SegmentView target)
      throws CorruptDataException {
    target.clear();
    if (plainLength < 1 || plainLength > Limits.SEGMENT_BYTES) {
      throw wrongLength(object, 0, plainLength);
    }
    int start = packed.arrayOffset() + packed.position();
    int length = packed.remaining();
    if (isCompressed) {
      decompress(packed.array(), start, length, plainLength, object, 0, target);
    } else if (length == plainLength) {
      System.arraycopy(packed.array(), start, target.room(plainLength), 0, plainLength);
    } else {
      throw wrongLength(object, 0, length);
    }
    ChunkOpener.list(target.plain(), plainLength, object, 0, target);
  }

  /** Decompresses a frame into the view's array, which is not listed yet. */
  void decompress(
      byte[] frame,
      int frameStart,
      int frameLength,
      int plainLength,
      String object,
      long fileOffset,
      SegmentView target)
      throws CorruptDataException {
    long told = Zstd.getFrameContentSize(frame, frameStart, frameLength);
    byte[] plain = target.room(plainLength);
    try {
      int actual =
          told == plainLength
              ? zstd.decompressByteArray(plain, 0, plainLength, frame, frameStart, frameLength)
              : (int) told;
      if (actual != plainLength) {
        throw wrongLength(object, fileOffset, told);
      }
    } catch (ZstdException e) {
      throw new CorruptDataException(
          Fault.of("The segment does not decompress").in(object).at(fileOffset), e);
    }
  }

  private static CorruptDataException wrongLength(String object, long fileOffset, long actual) {
    return new CorruptDataException(
        Fault.of("The segment does not come to its length")
            .in(object)
            .at(fileOffset)
            .actual(actual));
  }

  @Override
  public void close() {
    zstd.close();
  }
}
