package dozo.bench;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.chunk.CutSink;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

/** The blocks that ingest is built of, one after another on one thread. For one use. */
final class BuildingBlocks {

  private static final UUID ID = new UUID(0x4000, 2);
  private static final int SEGMENT_BYTES = 64 << 10;

  private final KeyRing ring = KeyRing.create(ID, Instant.EPOCH, new SecureRandom());
  private final ChunkHasher hasher = ring.domainKeys("default").chunkHasher();
  private long result;

  /** Cuts. */
  long cut(byte[] disk) throws IOException {
    return IngestSessionBenchmark.cut(
        disk,
        new CutSink() {
          @Override
          public void chunk(long offset, byte[] window, int from, int length) {
            result += length;
          }

          @Override
          public void hole(long offset, long length) {
            result += length;
          }
        });
  }

  /** Cuts and hashes. */
  long duplicate(byte[] disk) throws IOException {
    return IngestSessionBenchmark.cut(
        disk,
        new CutSink() {
          @Override
          public void chunk(long offset, byte[] window, int from, int length) {
            result += hasher.id(window, from, length).first();
          }

          @Override
          public void hole(long offset, long length) {
            result += length;
          }
        });
  }

  /** Cuts, hashes and compresses. */
  long compressed(byte[] disk) throws IOException {
    return sealed(disk, record -> result += record.length());
  }

  /** Cuts, hashes, compresses and encrypts. */
  long unique(byte[] disk) throws IOException {
    PackBuilder pack =
        new PackBuilder(new PackHeader(ID, ID, 1, ContentKind.DATA), ring.packKey(1, ID));
    return sealed(disk, record -> result += pack.add(record));
  }

  private long sealed(byte[] disk, Consumer<SegmentRecord> next) throws IOException {
    SegmentBuffer segment = new SegmentBuffer(SEGMENT_BYTES);
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      return IngestSessionBenchmark.cut(
          disk,
          new CutSink() {
            @Override
            public void chunk(long offset, byte[] window, int from, int length) {
              ChunkId id = hasher.id(window, from, length);
              segment.add(id, window, from, length);
              if (segment.isFull()) {
                sealer.compress(segment, record);
                next.accept(record);
                segment.clear();
              }
            }

            @Override
            public void hole(long offset, long length) {
              result += length;
            }
          });
    }
  }
}
