package dozo.format.golden;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.Crc32c;
import dozo.format.Envelope;
import dozo.format.SeededRandom;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.KeyRing;
import dozo.format.key.OpenedKeys;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotFile;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.ManifestCodec;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RepositoryFile;
import dozo.format.manifest.RepositoryIdentity;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateCodec;
import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackTrailer;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A whole repository that is the same each time it is made: keys, one restore point of one disk and
 * one file, and its packs; and what damage does to them. The golden files are these bytes.
 */
public final class Golden {

  /** The repository. */
  public static final UUID REPOSITORY = UUID.fromString("3c9a1f60-5b1e-4d2a-9a77-0d0205060708");

  /** The passphrase that opens it; its last character is composed. */
  public static final String PASSPHRASE = "correct horse battery staple \u00e9";

  /** The restore point. */
  public static final RestorePointId POINT =
      RestorePointId.parse("0196f3a0-1234-7abc-8def-0123456789ab");

  /** The pack of its chunks. */
  public static final UUID DATA_PACK = UUID.fromString("a4c1b2d3-0011-4233-8455-66778899aabb");

  /** The pack of its map nodes. */
  public static final UUID NODE_PACK = UUID.fromString("b5c1b2d3-0011-4233-8455-66778899aabb");

  /** The entry of its state file. */
  public static final UUID ENTRY = UUID.fromString("c6c1b2d3-0011-4233-8455-66778899aabb");

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Argon2Cost COST = new Argon2Cost(64, 2, 2);
  private static final String DOMAIN = "default";
  private static final int SECTOR_BYTES = 512;

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final SeededRandom random = new SeededRandom(20261121);
  private final KeyRing ring;
  private final RestorePoint point;

  private Golden() throws IOException {
    ring = keys();
    files.put(
        "repository",
        new RepositoryFile(
                new RepositoryIdentity(REPOSITORY, NOW),
                new RepositoryParameters(ChunkerParameters.standard(), 64 << 10, 64 << 20))
            .encode());
    point = backup();
    files.put("manifest", ManifestCodec.encode(point, ring, random));
    files.put(
        "state",
        StateCodec.encode(
            new StateEntry(
                "tokens", ENTRY, JsonNodeFactory.instance.objectNode().put("name", "nightly")),
            ring,
            random));
    damage();
  }

  /** Makes everything anew. */
  public static Golden make() {
    try {
      return new Golden();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files by name, good and damaged. */
  public Map<String, byte[]> files() {
    return files;
  }

  /** The keys of the repository. */
  public KeyRing ring() {
    return ring;
  }

  /** The restore point. */
  public RestorePoint point() {
    return point;
  }

  /** Reads a golden file. */
  public static byte[] read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/v1/" + name + ".bin")) {
      if (in == null) {
        throw new IllegalArgumentException("There is no golden file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of the key file that opens the repository. */
  public static byte[] keyFile() {
    byte[] contents = new byte[64];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = (byte) (3 * i);
    }
    return contents;
  }

  /** What the disk holds: two chunks that compress, a hole, one chunk that does not. */
  public static byte[] disk() {
    byte[] disk = new byte[20 * SECTOR_BYTES];
    byte[] text = "The quick brown fox jumps over the lazy dog. ".getBytes(US_ASCII);
    for (int i = 0; i < 4 * SECTOR_BYTES; i++) {
      disk[i] = text[i % text.length];
    }
    Arrays.fill(disk, 4 * SECTOR_BYTES, 6 * SECTOR_BYTES, (byte) 0xff);
    byte[] noise = new byte[SECTOR_BYTES];
    new Random(7).nextBytes(noise);
    System.arraycopy(noise, 0, disk, 19 * SECTOR_BYTES, SECTOR_BYTES);
    return disk;
  }

  /** What the configuration file holds. */
  public static byte[] file() {
    return "<domain/>".getBytes(US_ASCII);
  }

  private KeyRing keys() {
    try (Passphrase passphrase = Passphrase.of(PASSPHRASE.toCharArray());
        KeyFile keyFile = KeyFile.of(keyFile())) {
      OpenedKeys keys =
          OpenedKeys.create(REPOSITORY, passphrase, COST, "operator", NOW, random).keys();
      keys.addSlot(keyFile, COST, "säfe", random);
      List<SlotFile> slots = keys.addEpoch(NOW.plusSeconds(60), random);
      files.put("slot-passphrase", slots.getFirst().contents());
      files.put("slot-key-file", slots.getLast().contents());
      return keys.ring();
    }
  }

  private RestorePoint backup() throws IOException {
    byte[] disk = disk();
    ChunkHasher chunks = ring.domainKeys(DOMAIN).chunkHasher();
    List<byte[]> first =
        List.of(
            Arrays.copyOfRange(disk, 0, 4 * SECTOR_BYTES),
            Arrays.copyOfRange(disk, 4 * SECTOR_BYTES, 6 * SECTOR_BYTES));
    byte[] last = Arrays.copyOfRange(disk, 19 * SECTOR_BYTES, 20 * SECTOR_BYTES);
    files.put(
        "pack-data",
        pack(DATA_PACK, ContentKind.DATA, chunks, List.of(first, List.of(last, file()))));

    List<byte[]> nodes = new ArrayList<>();
    ChunkMapBuilder map = builder(nodes);
    map.chunk(chunks.id(first.get(0)), first.get(0).length);
    map.chunk(chunks.id(first.get(1)), first.get(1).length);
    map.hole(13 * SECTOR_BYTES);
    map.chunk(chunks.id(last), last.length);
    MapRoot diskRoot = map.finish();
    map = builder(nodes);
    map.chunk(chunks.id(file()), file().length);
    MapRoot fileRoot = map.finish();
    files.put(
        "pack-nodes",
        pack(
            NODE_PACK,
            ContentKind.MAP_NODES,
            ring.domainKeys(DOMAIN).nodeHasher(),
            List.of(nodes)));
    return new RestorePoint(
        POINT,
        Instant.parse("2026-11-21T12:00:00.123Z"),
        new VmRef("default", UUID.fromString("6f9619ff-8b86-d011-b42d-00c04fc964ff"), "web", "hv1"),
        DOMAIN,
        Consistency.NONE,
        List.of(
            new DiskEntry(
                "disk0",
                new DiskGeometry(disk.length, SECTOR_BYTES, 4096),
                UUID.fromString("11223344-5566-4788-99aa-bbccddeeff00"),
                diskRoot)),
        List.of(new FileEntry("config.xml", file().length, fileRoot)),
        new TreeMap<>(Map.of("source", "golden")),
        new IngestStatistics(3584, 4, 3593, 1000, 17));
  }

  private ChunkMapBuilder builder(List<byte[]> nodes) {
    return new ChunkMapBuilder(
        ring.domainKeys(DOMAIN).nodeHasher(), (id, bytes) -> nodes.add(bytes.clone()));
  }

  private byte[] pack(
      UUID packId, ContentKind kind, ChunkHasher hasher, List<List<byte[]>> segments)
      throws IOException {
    int epoch = ring.currentEpoch();
    PackHeader header = new PackHeader(packId, REPOSITORY, epoch, kind);
    PackBuilder builder = new PackBuilder(header, ring.packKey(epoch, packId));
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    pack.writeBytes(header.encode());
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (List<byte[]> segment : segments) {
        SegmentBuffer buffer = new SegmentBuffer(64 << 10);
        for (byte[] chunk : segment) {
          ChunkId id = hasher.id(chunk);
          buffer.add(id, chunk, 0, chunk.length);
        }
        sealer.compress(buffer, record);
        builder.add(record);
        pack.write(record.bytes(), 0, record.length());
      }
    }
    pack.writeBytes(builder.finish());
    return pack.toByteArray();
  }

  /**
   * Adds what damage makes of the good files. The packs are read: zstd may come to pack otherwise.
   */
  private void damage() {
    byte[] pack = files.get("pack-data");
    ByteBuffer numbers = ByteBuffer.wrap(pack).order(ByteOrder.LITTLE_ENDIAN);
    int directory = (int) numbers.getLong(pack.length - PackTrailer.BYTES);
    int second = PackHeader.BYTES + RecordHeader.BYTES + numbers.getInt(PackHeader.BYTES + 16);
    damage("repository", "-flipped-byte", flip(70));
    damage("repository", "-truncated", file -> Arrays.copyOf(file, file.length - 1));
    damage("repository", "-foreign", file -> "# A text.\n".getBytes(US_ASCII));
    damage("repository", "-too-new", Golden::tooNew);
    damage("slot-passphrase", "-flipped-byte", flip(Envelope.BYTES + 70));
    damage("slot-passphrase", "-too-new", Golden::tooNew);
    damage("slot-passphrase", "-too-costly", file -> repaired(file, Envelope.BYTES + 7, 0x70));
    damage("manifest", "-flipped-byte", flip(100));
    damage("manifest", "-forged-byte", file -> repaired(file, 100, file[100] ^ 1));
    damage("manifest", "-too-new", Golden::tooNew);
    damage("state", "-flipped-byte", flip(80));
    damage("pack-data", "-flipped-header-byte", flip(49));
    damage("pack-data", "-flipped-record-byte", flip(PackHeader.BYTES + 13));
    damage("pack-data", "-flipped-segment-byte", flip(PackHeader.BYTES + RecordHeader.BYTES + 5));
    damage("pack-data", "-flipped-directory-byte", flip(directory + RecordHeader.BYTES + 5));
    damage("pack-data", "-flipped-trailer-byte", flip(pack.length - 30));
    damage("pack-data", "-truncated", file -> Arrays.copyOf(file, directory + 40));
    damage("pack-data", "-too-new", Golden::packTooNew);
    damage("pack-data", "-segments-swapped", file -> swapped(file, second, directory));
  }

  private void damage(String name, String damage, UnaryOperator<byte[]> change) {
    byte[] good = files.get(name);
    if (good == null) {
      throw new IllegalArgumentException("There is no file " + name);
    }
    files.put(name + damage, change.apply(good.clone()));
  }

  private static UnaryOperator<byte[]> flip(int at) {
    return file -> {
      file[at] ^= 0x10;
      return file;
    };
  }

  /** Changes a byte and makes the trailer's checksum fit, as only an adversary would. */
  public static byte[] repaired(byte[] file, int at, int value) {
    file[at] = (byte) value;
    int crcAt = file.length - 8;
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(crcAt, Crc32c.of(file, 0, crcAt));
    return file;
  }

  private static byte[] tooNew(byte[] file) {
    return repaired(file, 8, 2);
  }

  private static byte[] packTooNew(byte[] file) {
    file[8] = 2;
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(60, Crc32c.of(file, 0, 60));
    return file;
  }

  /** Puts each of the two segments where the other was. */
  private static byte[] swapped(byte[] file, int second, int end) {
    byte[] swapped = file.clone();
    System.arraycopy(file, second, swapped, PackHeader.BYTES, end - second);
    System.arraycopy(
        file,
        PackHeader.BYTES,
        swapped,
        PackHeader.BYTES + end - second,
        second - PackHeader.BYTES);
    return swapped;
  }
}
