package dozo.format.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.SeededRandom;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.format.seal.SegmentView;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes into a pack comes out of it, whatever the sizes and however well it compresses. */
class PackRoundTripTest {

  private static final UUID REPOSITORY = new UUID(1, 2);
  private static final UUID PACK = new UUID(3, 4);
  private static final KeyRing RING =
      KeyRing.create(REPOSITORY, Instant.EPOCH, new SeededRandom(1));

  @ParameterizedTest
  @CsvSource({
    "1, 65536, 300, 20000",
    "2, 1, 50, 5000",
    "3, 65536, 5000, 20",
    "4, 2097152, 40, 1000000",
    "5, 2097152, 9000, 100",
    "6, 65536, 3, 4194304"
  })
  void bringsBackEveryChunk(long seed, int targetBytes, int chunks, int maximumLength)
      throws Exception {
    Random random = new Random(seed);
    PackHeader header = new PackHeader(PACK, REPOSITORY, 1, ContentKind.DATA);
    PackKey key = RING.packKey(1, PACK);
    PackBuilder builder = new PackBuilder(header, key);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(header.encode());
    List<ChunkId> ids = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    SegmentBuffer segment = new SegmentBuffer(targetBytes);
    SegmentRecord record = new SegmentRecord();
    boolean compressible = false;
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (int i = 0; i < chunks; i++) {
        byte[] chunk = new byte[1 + random.nextInt(maximumLength)];
        if (compressible) {
          Arrays.fill(chunk, (byte) i);
        } else {
          random.nextBytes(chunk);
        }
        ChunkId id = new ChunkId(random.nextLong(), random.nextLong(), i, seed);
        ids.add(id);
        contents.add(chunk);
        segment.add(id, chunk, 0, chunk.length);
        if (segment.isFull() || i == chunks - 1) {
          sealer.compress(segment, record);
          assertThat(builder.lengthBytes()).isEqualTo(file.size());
          assertThat(builder.add(record)).isEqualTo(file.size());
          file.write(record.bytes(), 0, record.length());
          segment.clear();
          compressible = !compressible;
        }
      }
    }
    long finishedLength = builder.finishedLengthBytes();
    file.writeBytes(builder.finish());
    assertThat(file.size()).isEqualTo(finishedLength).isEqualTo(builder.lengthBytes());

    ArrayInput input = new ArrayInput(file.toByteArray());
    PackReader reader = PackReader.open(input, PACK, REPOSITORY);
    assertThat(reader.header()).isEqualTo(header);
    assertThat(reader.verifyChecksums().damages()).isEmpty();
    PackDirectory directory = reader.readDirectory(key);
    assertThat(directory.isSameAs(builder.directory())).isTrue();
    PackSalvager.Salvage salvage = PackSalvager.salvage(input, PACK, RING);
    assertThat(salvage.directory().isSameAs(directory)).isTrue();
    assertThat(salvage.damages()).isEmpty();

    assertThat(directory.chunkCount()).isEqualTo(chunks);
    assertThat(directory.find(new ChunkId(1, 2, 3, 4))).isEqualTo(-1);
    SegmentView view = new SegmentView();
    byte[] buffer = new byte[16 << 20];
    boolean sawRaw = false;
    try (ChunkOpener opener = new ChunkOpener()) {
      for (int i = 0; i < chunks; i++) {
        int chunk = directory.find(ids.get(i));
        assertThat(chunk).isEqualTo(i);
        int s = directory.segmentOf(chunk);
        int length = PackReader.recordLength(directory.sealedLength(s));
        if (chunk == directory.firstChunk(s)) {
          reader.readRecord(directory.offset(s), directory.sealedLength(s), buffer);
          opener.open(key, buffer, 0, length, directory.offset(s), view);
          sawRaw |= buffer[9] == 0;
        }
        int at = view.find(ids.get(i));
        assertThat(at).isEqualTo(chunk - directory.firstChunk(s));
        assertThat(
                Arrays.copyOfRange(
                    view.plain(), view.offset(at), view.offset(at) + view.length(at)))
            .isEqualTo(contents.get(i));
      }
    }
    assertThat(sawRaw || maximumLength < 1000).isTrue();
  }
}
