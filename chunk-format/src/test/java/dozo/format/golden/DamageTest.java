package dozo.format.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dozo.format.Crc32c;
import dozo.format.DozoException;
import dozo.format.Mutations;
import dozo.format.key.KeyFile;
import dozo.format.key.KeyRing;
import dozo.format.key.KeySlots;
import dozo.format.key.OpenedKeys;
import dozo.format.key.PackKey;
import dozo.format.manifest.ManifestCodec;
import dozo.format.manifest.RepositoryFile;
import dozo.format.manifest.StateCodec;
import dozo.format.pack.ArrayInput;
import dozo.format.pack.PackCheck;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.pack.PackSalvager;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.SegmentView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte of every format, flipped, cut off or forged: always one of our own exceptions, never
 * another one and never other bytes.
 */
class DamageTest {

  private static final KeyRing RING = Golden.make().ring();
  private static final int[] PATTERNS = {0x01, 0x80, 0xff};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repository",
        "slot-passphrase",
        "slot-key-file",
        "manifest",
        "state",
        "pack-data",
        "pack-nodes"
      })
  void reportsEveryFlippedByte(String name) throws IOException {
    byte[] file = Golden.read(name);
    for (int at = 0; at < file.length; at++) {
      for (int pattern : PATTERNS) {
        byte[] damaged = file.clone();
        damaged[at] ^= (byte) pattern;
        assertReported(name, damaged, "byte " + at + " flipped by " + pattern);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"repository", "slot-passphrase", "manifest", "state", "pack-data", "pack-nodes"})
  void reportsEveryOtherLength(String name) throws IOException {
    byte[] file = Golden.read(name);
    for (int length = 0; length < file.length; length++) {
      assertReported(name, Arrays.copyOf(file, length), "cut to " + length);
    }
    assertReported(name, Arrays.copyOf(file, file.length + 1), "one byte too long");
  }

  /** Whoever can make a checksum fit still lacks the key. */
  @ParameterizedTest
  @ValueSource(strings = {"slot-key-file", "manifest", "state"})
  void reportsEveryForgedByteOfASealedFile(String name) throws IOException {
    byte[] file = Golden.read(name);
    for (int at = 0; at < file.length - 8; at++) {
      byte[] forged = Golden.repaired(file.clone(), at, file[at] ^ 0x21);
      assertReported(name, forged, "byte " + at + " forged");
    }
  }

  @Test
  void reportsEveryForgedByteOfARecord() throws IOException {
    byte[] file = Golden.read("pack-data");
    for (long start : recordStarts(file)) {
      int length = RecordHeader.BYTES + number(file, (int) start + 16);
      for (int i = 4; i < length; i++) {
        if ((i >= 20 && i < 24) || (i >= 28 && i < 32)) {
          continue; // The two checksums, which are made to fit again.
        }
        byte[] forged = file.clone();
        forged[(int) start + i] ^= 0x21;
        repair(forged, (int) start);
        assertReported("pack-data", forged, "byte " + i + " of record " + start + " forged");
      }
    }
  }

  @Test
  void readsWhateverJsonSomeoneForgedOrRejectsIt() throws IOException {
    Mutations mutations = new Mutations(11);
    byte[] file = Golden.read("repository");
    for (int i = 0; i < 20_000; i++) {
      byte[] forged = mutations.of(file);
      if (forged.length >= 64) {
        forged = Golden.repaired(forged, 20, forged[20]);
      }
      try {
        RepositoryFile.decode(forged);
      } catch (DozoException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void salvagesAllButTheDamagedSegment() throws IOException {
    byte[] file = Golden.read("pack-data");
    SortedMap<String, String> whole = chunks(file);
    for (int at = 0; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x10;
      PackSalvager.Salvage salvage;
      try {
        salvage = PackSalvager.salvage(new ArrayInput(damaged), Golden.DATA_PACK, RING);
      } catch (DozoException e) {
        assertThat(at).as("only the magic may lose everything: %s", e).isLessThan(4);
        continue;
      }
      SortedMap<String, String> saved = chunks(damaged, salvage.key(), salvage.directory());
      assertThat(whole).as("byte %d", at).containsAllEntriesOf(saved);
      assertThat(saved).as("byte %d", at).hasSizeGreaterThanOrEqualTo(whole.size() - 2);
    }
  }

  @Test
  void salvagesWhatIsLeftOfATruncatedPack() throws IOException {
    byte[] file = Golden.read("pack-data");
    SortedMap<String, String> whole = chunks(file);
    long secondEnd = recordStarts(file)[2];
    for (int length = (int) recordStarts(file)[1]; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      PackSalvager.Salvage salvage =
          PackSalvager.salvage(new ArrayInput(cut), Golden.DATA_PACK, RING);
      SortedMap<String, String> saved = chunks(cut, salvage.key(), salvage.directory());
      assertThat(whole).containsAllEntriesOf(saved);
      assertThat(saved).hasSize(length < secondEnd ? whole.size() - 2 : whole.size());
    }
  }

  private static void assertReported(String name, byte[] file, String damage) throws IOException {
    try {
      read(name, file);
    } catch (DozoException e) {
      assertThat(e.getMessage()).isNotEmpty();
      if (!name.startsWith("pack")) {
        return;
      }
      assertChecksumsReport(name, file, damage);
      return;
    }
    fail("%s reads as if nothing had happened: %s", name, damage);
  }

  /** What a key finds, a scrub without a key must find as well, unless someone forged it. */
  private static void assertChecksumsReport(String name, byte[] file, String damage)
      throws IOException {
    if (damage.contains("forged")) {
      return;
    }
    UUID id = name.equals("pack-data") ? Golden.DATA_PACK : Golden.NODE_PACK;
    try {
      PackCheck check =
          PackReader.open(new ArrayInput(file), id, Golden.REPOSITORY).verifyChecksums();
      assertThat(check.isSound()).as("%s: %s", name, damage).isFalse();
    } catch (DozoException e) {
      assertThat(e.getMessage()).contains(id.toString());
    }
  }

  private static void read(String name, byte[] file) throws IOException {
    switch (name) {
      case "repository" -> RepositoryFile.decode(file);
      case "manifest" -> ManifestCodec.decode(file, Golden.POINT, RING);
      case "state" -> StateCodec.decode(file, "tokens", Golden.ENTRY, RING);
      case "pack-data", "pack-nodes" -> chunks(file);
      case "slot-passphrase" -> {
        DozoException damaged =
            KeySlots.read(Golden.REPOSITORY, Map.of(id(name), file)).damaged().get(id(name));
        if (damaged != null) {
          throw damaged;
        }
      }
      case "slot-key-file" -> {
        try (KeyFile secret = KeyFile.of(Golden.keyFile())) {
          OpenedKeys keys = KeySlots.read(Golden.REPOSITORY, Map.of(id(name), file)).unlock(secret);
          keys.close();
        }
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static UUID id(String name) {
    ByteBuffer id = ByteBuffer.wrap(Golden.read(name), 16, 16);
    return new UUID(id.getLong(), id.getLong());
  }

  private static SortedMap<String, String> chunks(byte[] file) throws IOException {
    UUID id =
        ByteBuffer.wrap(Golden.read("pack-nodes")).getLong(16) == longAt(file, 16)
            ? Golden.NODE_PACK
            : Golden.DATA_PACK;
    PackReader reader = PackReader.open(new ArrayInput(file), id, Golden.REPOSITORY);
    PackKey key = RING.packKey(reader.header().keyEpoch(), id);
    return chunks(file, key, reader.readDirectory(key));
  }

  private static SortedMap<String, String> chunks(byte[] file, PackKey key, PackDirectory directory)
      throws IOException {
    SortedMap<String, String> chunks = new TreeMap<>();
    SegmentView view = new SegmentView();
    try (ChunkOpener opener = new ChunkOpener()) {
      for (int s = 0; s < directory.segmentCount(); s++) {
        int at = (int) directory.offset(s);
        int length = PackReader.recordLength(directory.sealedLength(s));
        opener.open(key, file, at, length, at, view);
        for (int c = 0; c < directory.chunkCount(s); c++) {
          int place = view.find(directory.id(directory.firstChunk(s) + c));
          assertThat(place).isEqualTo(c);
          chunks.put(
              view.id(c).toString(),
              HexFormat.of()
                  .formatHex(view.plain(), view.offset(c), view.offset(c) + view.length(c)));
        }
      }
    }
    return chunks;
  }

  private static long longAt(byte[] file, int at) {
    return file.length < at + 8 ? 0 : ByteBuffer.wrap(file).getLong(at);
  }

  private static int number(byte[] file, int at) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** Where the two segments and the directory of the data pack begin. */
  private static long[] recordStarts(byte[] file) {
    long first = PackHeader.BYTES;
    long second = first + RecordHeader.BYTES + number(file, (int) first + 16);
    long third = second + RecordHeader.BYTES + number(file, (int) second + 16);
    return new long[] {first, second, third};
  }

  /** Makes the checksums of a record fit, where its length still says where it ends. */
  private static void repair(byte[] file, int start) {
    ByteBuffer numbers = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int sealed = numbers.getInt(start + 16);
    if (sealed > 0 && sealed <= file.length - start - RecordHeader.BYTES) {
      numbers.putInt(start + 20, Crc32c.of(file, start + RecordHeader.BYTES, sealed));
    }
    numbers.putInt(start + 28, Crc32c.of(file, start, RecordHeader.BYTES - 4));
  }
}
