package dozo.format.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.key.KeyFile;
import dozo.format.key.KeyRing;
import dozo.format.key.KeySlot;
import dozo.format.key.KeySlots;
import dozo.format.key.OpenedKeys;
import dozo.format.key.PackKey;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.ManifestCodec;
import dozo.format.manifest.RepositoryFile;
import dozo.format.manifest.StateCodec;
import dozo.format.pack.ArrayInput;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackReader;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.SegmentView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Pins every format to files that were written once. A difference is a change of format, which
 * needs a new version, not a new file. To write files for a new format, run this with {@code
 * -Ddozo.golden.write=src/test/resources/golden/v1}.
 */
class GoldenFilesTest {

  private static final Golden GOLDEN = Golden.make();

  static Iterable<String> namesWithoutCompression() {
    return GOLDEN.files().keySet().stream().filter(name -> !name.startsWith("pack-")).toList();
  }

  static {
    String target = System.getProperty("dozo.golden.write");
    if (target != null) {
      try {
        for (Map.Entry<String, byte[]> file : GOLDEN.files().entrySet()) {
          Files.write(Path.of(target, file.getKey() + ".bin"), file.getValue());
        }
      } catch (IOException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("namesWithoutCompression")
  void writesTheSameBytes(String name) {
    assertThat(GOLDEN.files().get(name)).isEqualTo(Golden.read(name));
  }

  @Test
  void opensTheKeysWithPassphraseAndKeyFile() throws Exception {
    for (SlotSecret secret :
        new SlotSecret[] {
          Passphrase.of(Golden.PASSPHRASE.toCharArray()), KeyFile.of(Golden.keyFile())
        }) {
      KeyRing ring = openedRing(secret);
      assertThat(ring.generation()).isEqualTo(2);
      assertThat(ring.currentEpoch()).isEqualTo(2);
      assertThat(ring.receiptSigner().publicKey())
          .isEqualTo(GOLDEN.ring().receiptSigner().publicKey());
      assertThat(ManifestCodec.decode(Golden.read("manifest"), Golden.POINT, ring).restorePoint())
          .isEqualTo(GOLDEN.point());
    }
  }

  @Test
  void readsParametersAndState() throws Exception {
    assertThat(RepositoryFile.decode(Golden.read("repository")).identity().id())
        .isEqualTo(Golden.REPOSITORY);
    assertThat(
            StateCodec.decode(Golden.read("state"), "tokens", Golden.ENTRY, GOLDEN.ring())
                .content()
                .get("name")
                .stringValue())
        .isEqualTo("nightly");
  }

  @Test
  void readsPacksThatHoldWhatTheyHeld() throws Exception {
    for (String name : new String[] {"pack-data", "pack-nodes"}) {
      UUID id = name.equals("pack-data") ? Golden.DATA_PACK : Golden.NODE_PACK;
      PackDirectory golden = directory(Golden.read(name), id);
      PackDirectory made = directory(GOLDEN.files().getOrDefault(name, new byte[0]), id);
      assertThat(golden.chunkCount()).isEqualTo(made.chunkCount()).isPositive();
      boolean hasRaw = false;
      for (int s = 0; s < golden.segmentCount(); s++) {
        hasRaw |= golden.sealedLength(s) == golden.plainLength(s) + RecordHeader.TAG_BYTES;
      }
      assertThat(hasRaw).isEqualTo(name.equals("pack-data"));
      for (int i = 0; i < golden.chunkCount(); i++) {
        assertThat(golden.id(i)).isEqualTo(made.id(i));
        assertThat(golden.length(i)).isEqualTo(made.length(i));
      }
    }
  }

  /** The proof that the document suffices: what it describes brings back the disk. */
  @Test
  void isReadByAReaderWrittenFromTheDocument() throws Exception {
    FromTheDocument reader = new FromTheDocument(Golden.read("slot-passphrase"), Golden.PASSPHRASE);
    reader.readPack(Golden.read("pack-data"), 1);
    reader.readPack(Golden.read("pack-nodes"), 2);
    JsonNode manifest = reader.readManifest(Golden.read("manifest"));
    assertThat(manifest.get("id").stringValue()).isEqualTo(Golden.POINT.toString());
    JsonNode disk = manifest.get("disks").get(0);
    assertThat(reader.readDisk(disk.get("root").stringValue(), disk.get("rootLevel").intValue()))
        .isEqualTo(Golden.disk());
    JsonNode file = manifest.get("files").get(0);
    assertThat(reader.readDisk(file.get("root").stringValue(), file.get("rootLevel").intValue()))
        .isEqualTo(Golden.file());
  }

  @ParameterizedTest
  @CsvSource({
    "repository-foreign, no file of a Dozo repository",
  })
  void tellsForeignFiles(String name, String message) {
    assertThatThrownBy(() -> read(name))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "repository-too-new",
    "slot-passphrase-too-new",
    "manifest-too-new",
    "pack-data-too-new"
  })
  void tellsFilesFromTheFuture(String name) {
    assertThatThrownBy(() -> read(name))
        .isInstanceOf(FormatTooNewException.class)
        .hasMessageContaining("newer");
  }

  @ParameterizedTest
  @CsvSource({
    "repository-flipped-byte, checksum differs",
    "repository-truncated, does not end where it should",
    "slot-passphrase-flipped-byte, checksum differs",
    "slot-passphrase-too-costly, Argon2id parameters are out of bounds",
    "manifest-flipped-byte, checksum differs",
    "manifest-forged-byte, fails its authentication",
    "state-flipped-byte, checksum differs",
    "pack-data-flipped-header-byte, pack header's checksum differs",
    "pack-data-flipped-record-byte, record header's checksum differs",
    "pack-data-flipped-segment-byte, checksum of the sealed bytes differs",
    "pack-data-flipped-directory-byte, checksum of the sealed bytes differs",
    "pack-data-flipped-trailer-byte, does not end with a sound trailer",
    "pack-data-truncated, does not end with a sound trailer",
    "pack-data-segments-swapped, another length",
  })
  void tellsDamage(String name, String message) {
    assertThatThrownBy(() -> read(name))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(message);
  }

  private static KeyRing openedRing(SlotSecret secret) throws DozoException {
    Map<UUID, byte[]> files =
        Map.of(
            id(Golden.read("slot-passphrase")),
            Golden.read("slot-passphrase"),
            id(Golden.read("slot-key-file")),
            Golden.read("slot-key-file"));
    try (secret;
        OpenedKeys keys = KeySlots.read(Golden.REPOSITORY, files).unlock(secret)) {
      return keys.ring();
    }
  }

  private static UUID id(byte[] file) {
    ByteBuffer id = ByteBuffer.wrap(file, 16, 16);
    return new UUID(id.getLong(), id.getLong());
  }

  private static PackDirectory directory(byte[] file, UUID packId) throws IOException {
    PackReader reader = PackReader.open(new ArrayInput(file), packId, Golden.REPOSITORY);
    return reader.readDirectory(GOLDEN.ring().packKey(reader.header().keyEpoch(), packId));
  }

  /** Reads a file in whole, as what its name says. */
  private static void read(String name) throws IOException {
    byte[] file = Golden.read(name);
    switch (name.substring(0, name.indexOf('-') < 0 ? name.length() : name.indexOf('-'))) {
      case "repository" -> RepositoryFile.decode(file);
      case "slot" -> KeySlot.decode(file, id(file), Golden.REPOSITORY);
      case "manifest" -> ManifestCodec.decode(file, Golden.POINT, GOLDEN.ring());
      case "state" -> StateCodec.decode(file, "tokens", Golden.ENTRY, GOLDEN.ring());
      case "pack" -> readPack(file);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static void readPack(byte[] file) throws IOException {
    PackReader reader = PackReader.open(new ArrayInput(file), Golden.DATA_PACK, Golden.REPOSITORY);
    PackKey key = GOLDEN.ring().packKey(reader.header().keyEpoch(), Golden.DATA_PACK);
    PackDirectory directory = reader.readDirectory(key);
    byte[] record = new byte[file.length];
    try (ChunkOpener opener = new ChunkOpener()) {
      for (int s = 0; s < directory.segmentCount(); s++) {
        int length = PackReader.recordLength(directory.sealedLength(s));
        reader.readRecord(directory.offset(s), directory.sealedLength(s), record);
        opener.open(key, record, 0, length, directory.offset(s), new SegmentView());
      }
    }
  }
}
