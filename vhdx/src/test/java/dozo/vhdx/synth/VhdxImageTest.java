package dozo.vhdx.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.Extent;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.fixture.Tool;
import dozo.vhdx.read.VhdxChain;
import dozo.vhdx.read.VhdxFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An image is a VHDX file that holds the disk and nothing else. */
final class VhdxImageTest {

  static final UUID DISK_ID = UUID.fromString("6b4cbe5c-43dd-4a13-9fb7-1d8c6a2b0f01");
  static final UUID DATA_WRITE = UUID.fromString("0198c0de-0000-7000-8000-00000000d020");

  private static final long MIB = 1 << 20;
  private static final long TIB = 1L << 40;

  static ImageParameters parameters(int blockMib, int sectorBytes) {
    return new ImageParameters(
        DISK_ID, DATA_WRITE, sectorBytes, 4096, Math.toIntExact(blockMib * MIB));
  }

  private static VhdxChain open(VhdxImage image) throws Exception {
    return VhdxChain.open(new ImageSource(image), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 512", "2, 512", "4, 512", "8, 512", "16, 512", "32, 512", "64, 512", "128, 512",
    "256, 512", "1, 4096", "2, 4096", "4, 4096", "8, 4096", "16, 4096", "32, 4096", "64, 4096",
    "128, 4096", "256, 4096"
  })
  void readerFindsTheDisk(int blockMib, int sectorBytes) throws Exception {
    Random random = new Random(blockMib * 31L + sectorBytes);
    long size = random.nextLong(4 * MIB * blockMib) + 3 * MIB;
    RandomDisk disk = RandomDisk.withRuns(random.nextLong(), size, 7, MIB * blockMib / 2);
    VhdxImage image = VhdxImage.of(disk, parameters(blockMib, sectorBytes));

    try (VhdxChain chain = open(image)) {
      assertThat(chain.warnings()).isEmpty();
      assertThat(chain.leaf().kind()).isEqualTo(VhdxFile.Kind.DYNAMIC);
      assertThat(chain.leaf().blockBytes()).isEqualTo(blockMib * MIB);
      assertThat(chain.leaf().dataWriteGuid()).isEqualTo(DATA_WRITE);
      assertThat(chain.leaf().creator()).isEqualTo("Dozo");
      assertThat(chain.disk()).isEqualTo(image.disk());
      assertThat(chain.disk().id()).isEqualTo(DISK_ID);
      assertThat(chain.disk().sizeBytes())
          .isBetween(size, size + sectorBytes - 1)
          .matches(bytes -> bytes % sectorBytes == 0);
      requireSameBytes(chain, disk, random);
    }
  }

  @Test
  void tellsWhereInTheFileAByteOfTheDiskStands() throws Exception {
    Random random = new Random(11);
    RandomDisk disk = RandomDisk.withRuns(11, 40 * MIB + 512, 9, 3 * MIB);
    VhdxImage image = VhdxImage.of(disk, parameters(1, 512));
    int compared = 0;
    for (int i = 0; i < 1_000; i++) {
      long offset = random.nextLong(disk.sizeBytes());
      if (disk.extentAt(offset).kind() == Extent.Kind.DATA) {
        ByteBuffer onDisk = ByteBuffer.allocate(1);
        ByteBuffer inFile = ByteBuffer.allocate(1);
        disk.read(offset, onDisk);
        assertThat(image.fileOffsetOf(offset)).isGreaterThanOrEqualTo(image.payloadOffset());
        image.read(image.fileOffsetOf(offset), inFile);
        assertThat(inFile.flip()).isEqualTo(onDisk.flip());
        compared++;
      }
    }
    assertThat(compared).isPositive();
    assertThat(image.blockBytes()).isEqualTo((int) MIB);
  }

  /** Compares all of a small disk, or what may hold data of a large one in random pieces. */
  private static void requireSameBytes(VhdxChain chain, RandomDisk disk, Random random)
      throws Exception {
    long size = chain.disk().sizeBytes();
    Extent extent;
    for (long at = 0; at < size; at = extent.end()) {
      extent = chain.extentAt(at);
      if (extent.kind() == Extent.Kind.ZERO) {
        assertThat(disk.extentAt(at).end())
            .isGreaterThanOrEqualTo(Math.min(extent.end(), disk.sizeBytes()));
        assertThat(disk.extentAt(at).kind()).isEqualTo(Extent.Kind.ZERO);
      }
      long inside = at;
      while (inside < extent.end()) {
        int count = (int) Math.min(extent.end() - inside, 1 + random.nextInt(300_000));
        ByteBuffer bytes = ByteBuffer.allocate(count);
        assertThat(chain.read(inside, bytes)).isEqualTo(count);
        assertThat(bytes.flip()).as("at %d", inside).isEqualTo(disk.expected(inside, count));
        inside += size > 64 * MIB ? random.nextLong(4 * MIB) + count : count;
      }
    }
  }

  @Test
  void bytesStayWhatTheyAre() throws Exception {
    RandomDisk disk = new RandomDisk(1, 9 * MIB + 5).put(0, 4096).put(5 * MIB - 1, 2);
    VhdxImage image = VhdxImage.of(disk, parameters(2, 512));

    // A mounted restore point must give the same file for ever: children and overlays rest on it.
    assertThat(sha256(image))
        .isEqualTo("8f9c31e3614e7c58bbc6b629a615b96fc84106705eb62a6cded5cda0027cc975");
  }

  @Test
  void sameDiskGivesSameBytes() throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      VhdxImage one = image(seed);
      VhdxImage two = image(seed);
      assertThat(sha256(one)).as("seed %d", seed).isEqualTo(sha256(two));
    }
  }

  private static VhdxImage image(int seed) throws Exception {
    return VhdxImage.of(RandomDisk.withRuns(seed, 20 * MIB, 5, 2 * MIB), parameters(1, 4096));
  }

  private static String sha256(VhdxImage image) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    ByteBuffer piece = ByteBuffer.allocate(1 << 20);
    for (long at = 0; at < image.sizeBytes(); at += piece.limit()) {
      image.read(at, piece.clear());
      sha256.update(piece.flip());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void readsTheSameInAnyPieces(long seed) throws Exception {
    Random random = new Random(seed);
    RandomDisk disk = RandomDisk.withRuns(seed, 7 * MIB + 777, 4, MIB);
    VhdxImage image = VhdxImage.of(disk, parameters(1, 512));
    ByteBuffer whole = ByteBuffer.allocate((int) image.sizeBytes());
    assertThat(image.read(0, whole)).isEqualTo(whole.capacity());

    for (int i = 0; i < 2000; i++) {
      int offset = random.nextInt(whole.capacity() + 10);
      int room = random.nextInt(i % 10 == 0 ? 2_000_000 : 9000);
      ByteBuffer piece = ByteBuffer.allocate(room + 2).position(1).limit(room + 1);
      int count = image.read(offset, piece);

      assertThat(count).isEqualTo(Math.max(0, Math.min(room, whole.capacity() - offset)));
      assertThat(piece.position()).isEqualTo(1 + count);
      assertThat(piece.limit()).isEqualTo(room + 1);
      assertThat(piece.slice(1, count))
          .as("seed %d, %d bytes at %d", seed, count, offset)
          .isEqualTo(whole.slice(Math.min(offset, whole.capacity()), count));
    }
  }

  @Test
  void emptyDiskTakesNoPayload() throws Exception {
    VhdxImage image = VhdxImage.of(new RandomDisk(0, 10 * TIB), parameters(2, 512));

    // 10 TiB in blocks of 2 MiB are 5 Mi entries of 8 bytes, and those of 2559 sector bitmaps.
    assertThat(image.sizeBytes()).isEqualTo(3 * MIB + 41 * MIB);
  }

  @Test
  void tinyDiskWorks() throws Exception {
    RandomDisk disk = new RandomDisk(3, 1).put(0, 1);
    VhdxImage image = VhdxImage.of(disk, parameters(2, 4096));

    try (VhdxChain chain = open(image)) {
      assertThat(chain.disk().sizeBytes()).isEqualTo(4096);
      requireSameBytes(chain, disk, new Random(3));
    }
  }

  @Test
  void saysWhereZerosAreAndCopiesSparsely(@TempDir Path directory) throws Exception {
    RandomDisk disk = RandomDisk.withRuns(11, 300 * MIB, 6, MIB);
    VhdxImage image = VhdxImage.of(disk, parameters(32, 512));
    Path copy = directory.resolve("copy.vhdx");
    try (FileChannel channel =
        FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      image.copyTo(channel);
    }

    assertThat(Files.size(copy)).isEqualTo(image.sizeBytes());
    long stored = 512 * Long.parseLong(Tool.run("stat", "-c", "%b", copy.toString()).strip());
    assertThat(stored).isLessThan(8 * MIB);
    try (FileChannel channel = FileChannel.open(copy)) {
      ByteBuffer expected = ByteBuffer.allocate(1 << 20);
      ByteBuffer actual = ByteBuffer.allocate(1 << 20);
      for (long at = 0; at < image.sizeBytes(); at += expected.limit()) {
        image.read(at, expected.clear());
        channel.read(actual.clear(), at);
        assertThat(actual.flip()).as("at %d", at).isEqualTo(expected.flip());
      }
    }
    long data = 0;
    Extent extent;
    for (long at = 0; at < image.sizeBytes(); at = extent.end()) {
      extent = image.extentAt(at);
      data += extent.kind() == Extent.Kind.DATA ? extent.length() : 0;
    }
    assertThat(data).isLessThan(7 * MIB).isLessThanOrEqualTo(image.allocatedBytes());
  }

  @Test
  void opensTheLargestDisksWithFewQuestionsAndLittleMemory() throws Exception {
    // The suite runs in 256 MiB. A table of one such disk alone would take 512.
    List<VhdxImage> images = new ArrayList<>();
    for (int seed = 0; seed < 16; seed++) {
      RandomDisk disk = RandomDisk.withRuns(seed, 64 * TIB, 500, 64L << 30);
      images.add(VhdxImage.of(disk, parameters(1, 512)));

      assertThat(disk.questions()).isLessThan(2 * 500 + 2);
      assertThat(disk.reads()).isZero();
    }
    Random random = new Random(5);
    ByteBuffer page = ByteBuffer.allocate(4096);
    for (VhdxImage image : images) {
      assertThat(image.disk().sizeBytes()).isEqualTo(VirtualDisk.MAX_SIZE_BYTES);
      for (int i = 0; i < 1000; i++) {
        image.read(random.nextLong(image.sizeBytes()), page.clear());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 2, 512", "64, 2, 512", "64, 256, 4096"})
  void readerOpensLargeDisks(long tib, int blockMib, int sectorBytes) throws Exception {
    long size = tib * TIB;
    RandomDisk disk = RandomDisk.withRuns(tib, size, 300, 3L << 30).put(size - 1, 1).put(0, 1);
    VhdxImage image = VhdxImage.of(disk, parameters(blockMib, sectorBytes));
    ImageSource source = new ImageSource(image);

    try (VhdxChain chain = VhdxChain.open(source, List.of())) {
      assertThat(disk.reads()).isZero();
      assertThat(source.largestRead()).isLessThanOrEqualTo(64 << 10);
      Random random = new Random(tib);
      Extent extent;
      for (long at = 0; at < size; at = extent.end()) {
        extent = chain.extentAt(at);
        long probe = at + random.nextLong(extent.length());
        int count = (int) Math.min(10_000, size - probe);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        chain.read(probe, bytes);
        assertThat(bytes.flip()).as("at %d", probe).isEqualTo(disk.expected(probe, count));
      }
    }
  }

  @Test
  void rejectsWhatTheFormatCannotSay() {
    assertThatThrownBy(() -> parameters(3, 512)).hasMessageContaining("not 3145728");
    assertThatThrownBy(() -> parameters(512, 512)).hasMessageContaining("not 536870912");
    assertThatThrownBy(() -> parameters(2, 520)).hasMessageContaining("not 520");
    assertThatThrownBy(() -> VhdxImage.of(new RandomDisk(0, 64 * TIB + 1), parameters(2, 512)))
        .hasMessageContaining("disk size");
    assertThatThrownBy(() -> VhdxImage.of(new RandomDisk(0, 0), parameters(2, 512)))
        .hasMessageContaining("disk size");
  }
}
