package dozo.format.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.SeededRandom;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordSealerTest {

  private static final KeyRing RING =
      KeyRing.create(new UUID(1, 2), Instant.EPOCH, new SeededRandom(1));

  private final ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL);
  private final ChunkOpener opener = new ChunkOpener();
  private final SegmentView view = new SegmentView();

  @AfterEach
  void close() {
    sealer.close();
    opener.close();
  }

  private static PackKey key(long pack) throws CorruptDataException {
    return RING.packKey(1, new UUID(3, pack));
  }

  private SegmentRecord record(byte[] chunk) {
    SegmentBuffer segment = new SegmentBuffer(1 << 20);
    segment.add(new ChunkId(1, 2, 3, 4), chunk, 0, chunk.length);
    SegmentRecord record = new SegmentRecord();
    sealer.compress(segment, record);
    return record;
  }

  private byte[] open(PackKey key, SegmentRecord record) throws CorruptDataException {
    opener.open(key, record.bytes(), 0, record.length(), 64, view);
    return Arrays.copyOfRange(view.plain(), view.offset(0), view.offset(0) + view.length(0));
  }

  @Test
  void sealsEqualSegmentsToDifferentBytes() throws Exception {
    RecordSealer records = new RecordSealer(key(1));
    byte[] chunk = noise();
    SegmentRecord first = record(chunk);
    SegmentRecord second = record(chunk);
    records.seal(first);
    records.seal(second);
    assertThat(Arrays.mismatch(first.bytes(), 36, 90, second.bytes(), 36, 90)).isLessThan(8);
    assertThat(open(key(1), first)).isEqualTo(chunk);
    assertThat(open(key(1), second)).isEqualTo(chunk);
  }

  private static byte[] noise() {
    byte[] noise = new byte[200];
    new SeededRandom(2).nextBytes(noise);
    return noise;
  }

  @Test
  void opensARecordOfItsOwnPackOnly() throws Exception {
    SegmentRecord record = record(noise());
    new RecordSealer(key(1)).seal(record);
    assertThatThrownBy(() -> open(key(2), record))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("authentication");
    assertThat(view.chunkCount()).isZero();
    assertThat(open(key(1), record)).isEqualTo(noise());
  }

  @Test
  void sealsARecordOnce() throws Exception {
    RecordSealer records = new RecordSealer(key(1));
    SegmentRecord record = record(noise());
    records.seal(record);
    assertThatThrownBy(() -> records.seal(record)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> records.seal(new SegmentRecord()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(records.sealedRecords()).isEqualTo(1);
  }

  @Test
  void storesRawWhatDoesNotShrink() {
    assertThat(record(noise()).encoding()).isEqualTo(Encoding.RAW);
    SegmentRecord zeros = record(new byte[10_000]);
    assertThat(zeros.encoding()).isEqualTo(Encoding.ZSTD);
    assertThat(zeros.length()).isLessThan(500);
  }
}
