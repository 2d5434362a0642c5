package dozo.format.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Mutations;
import dozo.format.SeededRandom;
import dozo.format.golden.Golden;
import dozo.format.key.KeyRing;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Packs from anywhere, and directories as someone with the key could have written them. */
class PackFuzzTest {

  private static final int SEGMENTS = 6;
  private static final KeyRing RING =
      KeyRing.create(Golden.REPOSITORY, Instant.EPOCH, new SeededRandom(1));

  @FuzzTest
  void rejectsOrScansAnyPack(byte[] file) throws IOException {
    checkPack(file);
  }

  @FuzzTest
  void rejectsOrIsConsistent(byte[] directory) {
    checkDirectory(directory);
  }

  @Test
  void holdsForMutatedPacks() throws IOException {
    Mutations mutations = new Mutations(3);
    for (String name : new String[] {"pack-data", "pack-nodes"}) {
      byte[] sound = Golden.read(name);
      for (int i = 0; i < 1_500; i++) {
        checkPack(mutations.of(sound));
      }
    }
  }

  @Test
  void holdsForMutatedDirectories() {
    DirectoryBuilder builder = new DirectoryBuilder();
    long offset = PackHeader.BYTES;
    for (int s = 0; s < SEGMENTS; s++) {
      builder.addSegment(offset, 60, 4 + 36 * s + 36 + 50 * (s + 1));
      for (int c = 0; c <= s; c++) {
        builder.addChunk(new ChunkId(s, c, 1, 2), 50);
      }
      offset += 92;
    }
    PackDirectory directory = builder.build();
    byte[] sound = new byte[(int) DirectoryCodec.encodedLength(SEGMENTS, directory.chunkCount())];
    DirectoryCodec.encode(directory, sound, 0);
    assertThat(checkDirectory(sound)).isTrue();
    Mutations mutations = new Mutations(4);
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      rejected += checkDirectory(mutations.of(sound)) ? 0 : 1;
    }
    assertThat(rejected).isBetween(5_000, 19_900);
  }

  private static void checkPack(byte[] file) throws IOException {
    ArrayInput input = new ArrayInput(file);
    for (UUID id : new UUID[] {Golden.DATA_PACK, Golden.NODE_PACK}) {
      try {
        PackReader reader = PackReader.open(input, id, Golden.REPOSITORY);
        assertThat(reader.verifyChecksums().segments()).isNotNegative();
        reader.readDirectory(RING.packKey(1, id));
      } catch (DozoException e) {
        assertThat(e.getMessage()).contains(id.toString());
      }
      try {
        PackSalvager.salvage(input, id, RING);
      } catch (DozoException e) {
        assertThat(e.getMessage()).contains(id.toString());
      }
      try {
        PackRepairer.repair(input, id, Golden.REPOSITORY);
      } catch (DozoException e) {
        assertThat(e.getMessage()).contains(id.toString());
      }
    }
  }

  private static boolean checkDirectory(byte[] plain) {
    UUID id = Golden.DATA_PACK;
    PackTrailer trailer = new PackTrailer(id, 100_000, SEGMENTS, 0, 200_000);
    PackDirectory directory;
    try {
      directory = DirectoryCodec.decode(plain, plain.length, id, trailer);
    } catch (CorruptDataException e) {
      return false;
    }
    byte[] written = new byte[plain.length];
    DirectoryCodec.encode(directory, written, 0);
    assertThat(written).isEqualTo(plain);
    long end = PackHeader.BYTES;
    for (int s = 0; s < directory.segmentCount(); s++) {
      assertThat(directory.offset(s)).isGreaterThanOrEqualTo(end);
      end = directory.offset(s) + PackReader.recordLength(directory.sealedLength(s));
      for (int c = 0; c < directory.chunkCount(s); c++) {
        assertThat(directory.segmentOf(directory.firstChunk(s) + c)).isEqualTo(s);
      }
    }
    assertThat(end).isLessThanOrEqualTo(trailer.directoryOffset());
    for (int c = 0; c < directory.chunkCount(); c++) {
      assertThat(directory.id(directory.find(directory.id(c)))).isEqualTo(directory.id(c));
    }
    return true;
  }
}
