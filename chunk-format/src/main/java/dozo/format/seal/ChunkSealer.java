package dozo.format.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dozo.format.Limits;

/**
 * The first half of sealing: turns a segment into one zstd frame, or leaves it raw where that would
 * not save a twentieth. The mirror of {@link ChunkOpener}.
 *
 * <p>Confined to one thread at a time. Holds memory outside the heap until it is closed.
 */
public final class ChunkSealer implements AutoCloseable {

  /** The zstd level that ingest uses: on disks, higher ones cost much more than they save. */
  public static final int DEFAULT_LEVEL = 1;

  private static final int LEAST_SAVING = 20;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx();

  /**
   * Makes a sealer.
   *
   * @param level the zstd level, of those that zstd has
   */
  public ChunkSealer(int level) {
    if (level < Zstd.minCompressionLevel() || level > Zstd.maxCompressionLevel()) {
      throw new IllegalArgumentException(
          "zstd has levels "
              + Zstd.minCompressionLevel()
              + " to "
              + Zstd.maxCompressionLevel()
              + ", not "
              + level);
    }
    zstd.setLevel(level).setContentSize(true).setChecksum(false);
  }

  /**
   * Compresses a segment into a record, which replaces what the record held. The segment stays as
   * it is. The record is then for a {@link RecordSealer}.
   *
   * @throws IllegalArgumentException if there is no chunk in the segment
   */
  public void compress(SegmentBuffer segment, SegmentRecord target) {
    if (segment.isEmpty()) {
      throw new IllegalArgumentException("A segment has at least 1 chunk");
    }
    byte[] plain = segment.plain();
    int start = segment.plainStart();
    int length = segment.plainLength();
    if (length > Limits.SEGMENT_BYTES) {
      throw new AssertionError("A segment outgrew its limit: " + length);
    }
    int bound = (int) Zstd.compressBound(length);
    byte[] record = target.room(bound);
    int compressed =
        zstd.compressByteArray(record, RecordHeader.BYTES, bound, plain, start, length);
    if (compressed <= length - Math.max(1, length / LEAST_SAVING)) {
      target.compressed(segment.chunks(), Encoding.ZSTD, length, compressed);
    } else {
      System.arraycopy(plain, start, record, RecordHeader.BYTES, length);
      target.compressed(segment.chunks(), Encoding.RAW, length, length);
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
