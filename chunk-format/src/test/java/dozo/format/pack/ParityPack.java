package dozo.format.pack;

import dozo.format.ChunkId;
import dozo.format.SeededRandom;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** A pack with parity, the same for the same seed. Its chunks do not compress. */
final class ParityPack {

  static final UUID REPOSITORY = new UUID(1, 2);
  static final UUID ID = new UUID(3, 4);
  static final KeyRing RING = KeyRing.create(REPOSITORY, Instant.EPOCH, new SeededRandom(1));

  private ParityPack() {}

  /** Returns the pack with so many bytes of chunks, in chunks of up to 16 KiB. */
  static byte[] of(long seed, int dataBytes, int parityPercent) throws Exception {
    PackHeader header = new PackHeader(ID, REPOSITORY, 1, ContentKind.DATA);
    PackKey key = RING.packKey(1, ID);
    PackBuilder builder = new PackBuilder(header, key, parityPercent);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(header.encode());
    Random random = new Random(seed);
    SegmentBuffer segment = new SegmentBuffer(64 << 10);
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (int left = dataBytes; left > 0; ) {
        byte[] chunk = new byte[Math.min(left, 1 + random.nextInt(16 << 10))];
        random.nextBytes(chunk);
        left -= chunk.length;
        segment.add(new ChunkId(random.nextLong(), 2, 3, 4), chunk, 0, chunk.length);
        if (segment.isFull() || left == 0) {
          sealer.compress(segment, record);
          builder.add(record);
          file.write(record.bytes(), 0, record.length());
          segment.clear();
        }
      }
    }
    long expected = builder.finishedLengthBytes();
    file.writeBytes(builder.finish());
    if (file.size() != expected) {
      throw new AssertionError(file.size() + " bytes instead of " + expected);
    }
    return file.toByteArray();
  }
}
