package dozo.format.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Objects;

/**
 * Brings chunks that came from a client back to their length. The mirror of {@link ContentPacker}.
 *
 * <p>Confined to one thread at a time. Holds memory outside the heap until it is closed.
 */
public final class ContentUnpacker implements AutoCloseable {

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

  /** Makes an unpacker. */
  public ContentUnpacker() {}

  /**
   * Decompresses a frame into the beginning of an array. Nothing is written beyond the length,
   * whatever the frame says.
   *
   * @param plainLength what the frame must come to, up to the length of the target
   * @return whether it did; if not, what is in the target means nothing
   */
  public boolean unpack(byte[] frame, int offset, int length, byte[] target, int plainLength) {
    Objects.checkFromIndexSize(offset, length, frame.length);
    Objects.checkFromIndexSize(0, plainLength, target.length);
    if (Zstd.getFrameContentSize(frame, offset, length) != plainLength) {
      return false;
    }
    try {
      return zstd.decompressByteArray(target, 0, plainLength, frame, offset, length) == plainLength;
    } catch (ZstdException e) {
      return false;
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
