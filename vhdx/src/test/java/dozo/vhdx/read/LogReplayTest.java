package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.VhdxException;
import dozo.vhdx.fixture.LogBuilder;
import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that was not closed reads as if its log had been applied. */
final class LogReplayTest {

  private static final int MIB = 1 << 20;
  private static final int SECTOR = 4096;

  private final VhdxBuilder builder =
      new VhdxBuilder("disk.vhdx", 8 * MIB, MIB, 512)
          .full(0, 0, bytes(1))
          .full(1, 0, bytes(2))
          .full(2, 0, bytes(3));
  private MemorySource file;
  private LogBuilder log;

  @BeforeEach
  void makeFile() {
    file = builder.build();
    log = new LogBuilder(file);
  }

  private static byte[] bytes(int value) {
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private ByteBuffer entry(long value) {
    return MemorySource.little(8).putLong(0, value);
  }

  /** Says through the log that block 5 is where block {@code of} was. */
  private LogBuilder move(int of) {
    long entry = file.get(builder.entryOffset(of), 8).getLong();
    ByteBuffer page = file.get(VhdxBuilder.BAT, SECTOR);
    page.putLong((int) (builder.entryOffset(of) - VhdxBuilder.BAT), 0);
    page.putLong((int) (builder.entryOffset(5) - VhdxBuilder.BAT), entry);
    return log.page(VhdxBuilder.BAT, page);
  }

  private int firstByteOfBlock(int block) throws IOException {
    try (VhdxChain chain = VhdxChain.open(file, List.of())) {
      assertThat(chain.leaf().hadLog()).isTrue();
      ByteBuffer first = ByteBuffer.allocate(1);
      chain.read((long) block * MIB, first);
      return first.get(0);
    }
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> VhdxFile.open(file))
        .isInstanceOf(VhdxException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40960, MIB - SECTOR, MIB - 2 * SECTOR})
  void appliesAnEntryWhereverItIsInTheRing(int start) throws IOException {
    move(1).write(start, 80117443871106391L, start);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
    assertThat(firstByteOfBlock(1)).isZero();
  }

  @Test
  void writesNothingToTheSource() throws IOException {
    move(1).write(0, 1, 0);
    ByteBuffer before = file.get(0, (int) file.sizeBytes());

    VhdxFile.open(file).close();

    assertThat(file.get(0, (int) file.sizeBytes())).isEqualTo(before);
  }

  @Test
  void laterEntriesWin() throws IOException {
    int next = move(0).write(0, 7, 0);
    next = move(1).write(next, 8, 0);
    move(2).write(next, 9, 0);

    assertThat(firstByteOfBlock(5)).isEqualTo(3);
  }

  @Test
  void entriesBeforeTheTailAreNotApplied() throws IOException {
    // The first entry would make the disk's size unreadable.
    int next = log.page(VhdxBuilder.ITEMS, ByteBuffer.wrap(junk())).write(0, 7, 0);
    log.change(VhdxBuilder.BAT + 5 * 8, entry(2)).write(next, 8, next);

    assertThat(firstByteOfBlock(1)).isEqualTo(2);
  }

  @Test
  void theSequenceWithTheHighestNumberCounts() throws IOException {
    move(1).write(64 * SECTOR, -5, 64 * SECTOR);
    move(2).write(0, 9, 0);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
  }

  @Test
  void aSequenceWithoutItsTailDoesNotCount() throws IOException {
    move(1).write(0, 7, 0);
    move(2).write(64 * SECTOR, 9, 128 * SECTOR);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
  }

  @Test
  void anEntryWithNumberZeroDoesNotCount() {
    move(1).write(0, 0, 0);
    refuses("a complete sequence of entries");
  }

  @Test
  void anEntryOfAnotherLogDoesNotCount() throws IOException {
    move(1).write(0, 7, 0);
    move(2).guid(new UUID(3, 3)).write(64 * SECTOR, 9, 64 * SECTOR);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 9, 100, 64, 80, SECTOR, SECTOR + 5, SECTOR + 2000, 2 * SECTOR - 1})
  void aDamagedEntryDoesNotCount(int offset) throws IOException {
    int next = move(1).write(0, 7, 0);
    move(2).write(next, 8, 0);
    file.flip(VhdxBuilder.LOG + next + offset);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
  }

  /** Each of these fields has to be right even if the checksum is. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 8, 12, 24, 32, 48, 56, 64, 80, 88, 95, SECTOR, SECTOR + 4, 2 * SECTOR - 1})
  void anEntryWithAWrongFieldDoesNotCount(int offset) throws IOException {
    int next = move(1).write(0, 7, 0);
    move(2).write(next, 8, 0);
    file.flip(VhdxBuilder.LOG + next + offset).seal(VhdxBuilder.LOG + next, 2 * SECTOR);

    assertThat(firstByteOfBlock(5)).isEqualTo(2);
  }

  @Test
  void repairsRegionTablesAndMetadata() throws IOException {
    for (long page : new long[] {192 << 10, 256 << 10, VhdxBuilder.METADATA, VhdxBuilder.ITEMS}) {
      log.page(page, file.get(page, SECTOR));
      file.write(page, junk());
    }
    log.write(0, 7, 0);

    assertThat(firstByteOfBlock(1)).isEqualTo(2);
  }

  @Test
  void zerosClearPages() throws IOException {
    log.zeros(VhdxBuilder.BAT, 2 * SECTOR).write(0, 7, 0);

    assertThat(firstByteOfBlock(1)).isZero();
  }

  @Test
  void theFileGrowsToItsLastOffset() throws IOException {
    long end = file.sizeBytes();
    log.lastFileOffset(end + MIB);
    log.change(builder.entryOffset(5), entry(end | 6)).write(0, 7, 0);

    assertThat(firstByteOfBlock(5)).isZero();
    file.resize(end - MIB);
    refuses("a file of at least");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aDirtyChainReadsAsTheCleanOne(long seed) throws IOException {
    RandomChain expected = new RandomChain(seed, 3);
    Random random = new Random(seed);
    for (MemorySource level : expected.files()) {
      dirty(level, random);
    }

    try (VhdxChain chain = expected.open()) {
      ByteBuffer disk = ByteBuffer.allocate(expected.disk().length);
      chain.read(0, disk);
      assertThat(disk.array()).as("seed %d", seed).isEqualTo(expected.disk());
    }
  }

  /** Moves metadata pages into the log, junk in their place, several entries, older ones before. */
  private static void dirty(MemorySource level, Random random) {
    LogBuilder log = new LogBuilder(level);
    int tail = random.nextInt(256) * SECTOR;
    int next = tail;
    long sequence = random.nextLong() | 1;
    Set<Long> moved = new HashSet<>();
    for (int entry = 0; entry < 4; entry++) {
      long page = VhdxBuilder.BAT + (long) random.nextInt(3) * SECTOR;
      if (random.nextBoolean()) {
        log.zeros(page, 2L * SECTOR).page(page + SECTOR, level.get(page + SECTOR, SECTOR));
        moved.add(page + SECTOR);
      }
      moved.add(page);
      next = log.page(page, level.get(page, SECTOR)).write(next, sequence++, tail);
    }
    log.page(VhdxBuilder.ITEMS, level.get(VhdxBuilder.ITEMS, SECTOR));
    moved.add(VhdxBuilder.ITEMS);
    log.write(next, sequence, tail);
    moved.forEach(page -> level.write(page, junk()));
  }

  private static byte[] junk() {
    byte[] junk = new byte[SECTOR];
    Arrays.fill(junk, (byte) 0x5C);
    return junk;
  }

  @Test
  void refusesALogGuidWithoutEntries() {
    refuses("a complete sequence of entries");
  }

  @Test
  void refusesALogWhoseOnlyEntryIsDamaged() {
    move(1).write(0, 7, 0);
    file.flip(VhdxBuilder.LOG + 5000);
    refuses("a complete sequence of entries");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4096, a target in the region tables",
    "65536, 4096, a target in the region tables",
    "131072, 4096, a target in the region tables",
    "327680, 4096, a target in the region tables",
    "1044480, 4096, a target in the region tables",
    "258048, 2097152, a target in the region tables",
    "1048576, 4096, a target in the region tables",
    "2093056, 4096, a target in the region tables",
    "70368744177664, 4096, a target that ends below",
    "-4096, 4096, a target that ends below",
    "3145728, 4294971392, bytes of zeros",
    "3145728, -4096, bytes of zeros"
  })
  void refusesTargetsThatNoLogMayHave(long target, long length, String message) {
    log.zeros(target, length).write(0, 7, 0);
    refuses(message);
    if (length == SECTOR) {
      file = builder.build();
      log = new LogBuilder(file);
      log.page(target, ByteBuffer.allocate(SECTOR)).write(0, 7, 0);
      refuses(message);
    }
  }

  @Test
  void refusesMoreZerosInSumThanItGrants() {
    for (int i = 0; i < 5; i++) {
      log.zeros(VhdxBuilder.BAT, 1L << 30);
    }
    log.write(0, 7, 0);
    refuses("bytes of zeros");
  }

  @Test
  void refusesToGrowAFileWithoutMeasure() {
    log.lastFileOffset(1L << 62).zeros(VhdxBuilder.BAT, SECTOR).write(0, 7, 0);
    refuses("a file of at most");
  }

  /**
   * A log full of entries that are good but for one thing costs no more than a few passes: no
   * attempt may read on to the end of the ring.
   */
  @Test
  void readsACraftedLogAFewTimesAtMost() {
    MemorySource large = builder.build();
    int ring = 64 * MIB;
    long at = large.sizeBytes();
    large.resize(at + ring);
    for (long header : new long[] {64 << 10, 128 << 10}) {
      large.writeInt(header + 68, ring).writeLong(header + 72, at);
      large.write(
          header + 48, VhdxBuilder.putGuid(MemorySource.little(16), LogBuilder.LOG_GUID).flip());
    }
    large.sealHeaders();
    ByteBuffer head = MemorySource.little(64).putInt(0x65676F6C).putInt(0).putInt(ring).putInt(0);
    VhdxBuilder.putGuid(head.putLong(7).putInt(126 + 128 * 100).putInt(0), LogBuilder.LOG_GUID)
        .position(0);
    ByteBuffer descriptor = MemorySource.little(32).putInt(0x6F72657A).putInt(0).putLong(0);
    descriptor.putLong(3 * MIB).putLong(7);
    byte[] sector = new byte[SECTOR];
    for (int i = 0; i < SECTOR; i += 32) {
      descriptor.get(0, sector, i, 32);
    }
    for (int i = 0; i < ring; i += SECTOR) {
      large.write(at + i, sector);
      if (i % (8 * SECTOR) == 0) {
        large.write(at + i, head);
      }
    }

    file = large;
    refuses("a complete sequence of entries");
    assertThat(large.bytesRead()).isLessThan(4L * ring);
  }
}
