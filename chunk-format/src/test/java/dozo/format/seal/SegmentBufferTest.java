package dozo.format.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkId;
import dozo.format.Limits;
import org.junit.jupiter.api.Test;

class SegmentBufferTest {

  private static final ChunkId ID = new ChunkId(1, 2, 3, 4);

  @Test
  void isFullWithTheChunkThatReachesTheTarget() {
    SegmentBuffer segment = new SegmentBuffer(1000);
    assertThat(segment.isEmpty()).isTrue();
    segment.add(ID, new byte[999], 0, 999);
    assertThat(segment.isFull()).isFalse();
    segment.add(ID, new byte[5000], 100, 4900);
    assertThat(segment.isFull()).isTrue();
    assertThat(segment.dataBytes()).isEqualTo(5899);
    assertThatThrownBy(() -> segment.add(ID, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    segment.clear();
    assertThat(segment.isEmpty()).isTrue();
    segment.add(ID, new byte[1], 0, 1);
    assertThat(segment.chunkCount()).isEqualTo(1);
  }

  @Test
  void isFullWithAsManyChunksAsThereMayBe() {
    SegmentBuffer segment = new SegmentBuffer(Limits.SEGMENT_TARGET_BYTES);
    for (int i = 0; i < Limits.SEGMENT_CHUNKS; i++) {
      assertThat(segment.isFull()).isFalse();
      segment.add(ID, new byte[1], 0, 1);
    }
    assertThat(segment.isFull()).isTrue();
  }

  @Test
  void holdsTheLongestChunkAtTheLargestTarget() {
    SegmentBuffer segment = new SegmentBuffer(Limits.SEGMENT_TARGET_BYTES);
    byte[] longest = new byte[Limits.CHUNK_BYTES];
    for (int i = 1; i < Limits.SEGMENT_CHUNKS; i++) {
      segment.add(ID, longest, 0, (Limits.SEGMENT_TARGET_BYTES - 1) / (Limits.SEGMENT_CHUNKS - 1));
    }
    segment.add(ID, longest, 0, longest.length);
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(1)) {
      sealer.compress(segment, record);
    }
    assertThat(record.plainLength()).isLessThanOrEqualTo(Limits.SEGMENT_BYTES);
    assertThat(record.encoding()).isEqualTo(Encoding.ZSTD);
  }

  @Test
  void rejectsWhatIsNoChunkAndNoTarget() {
    SegmentBuffer segment = new SegmentBuffer(1000);
    assertThatThrownBy(() -> segment.add(ID, new byte[1], 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> segment.add(ID, new byte[1], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> segment.add(ID, new byte[Limits.CHUNK_BYTES + 1], 0, Limits.CHUNK_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(segment.isEmpty()).isTrue();
    assertThatThrownBy(() -> new SegmentBuffer(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SegmentBuffer(Limits.SEGMENT_TARGET_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
