package dozo.format.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.OptionalInt;

/**
 * Compresses chunks for the way to the server. The mirror of {@link ContentUnpacker}.
 *
 * <p>Confined to one thread at a time. Holds memory outside the heap until it is closed.
 */
public final class ContentPacker implements AutoCloseable {

  /** As fast as zstd's own level for speed: the network is slower, or nothing would be packed. */
  private static final int LEVEL = 1;

  private static final int LEAST_SAVING = 20;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx();

  /** Makes a packer. */
  public ContentPacker() {
    zstd.setLevel(LEVEL).setContentSize(true).setChecksum(false);
  }

  /** How long the target of {@link #pack} has to be for so many bytes. */
  public static int targetBytes(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  /**
   * Compresses {@code [0, length)} of an array into another from its beginning on.
   *
   * @return the length of the frame, or empty if it would not save a twentieth
   */
  public OptionalInt pack(byte[] plain, int length, byte[] target) {
    int packed = zstd.compressByteArray(target, 0, targetBytes(length), plain, 0, length);
    return packed <= length - Math.max(1, length / LEAST_SAVING)
        ? OptionalInt.of(packed)
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    zstd.close();
  }
}
