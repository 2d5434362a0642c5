package dozo.mount.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.format.disk.Extent;
import dozo.mount.partition.Content.Kind;
import dozo.mount.partition.Content.State;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What partitions are taken for, those that real programs made among them. */
class ContentProbeTest {
  private static final long SIZE = 64 << 20;

  @TempDir private Path directory;

  static Stream<Arguments> made() {
    return Stream.of(
        Arguments.of(Kind.EXT2, "disk", State.CLEAN, "mke2fs -q -t ext2 -L disk FILE"),
        Arguments.of(Kind.EXT3, "", State.CLEAN, "mke2fs -q -t ext3 FILE"),
        Arguments.of(Kind.EXT4, "disk", State.CLEAN, "mke2fs -q -t ext4 -L disk FILE"),
        Arguments.of(Kind.NTFS, "", State.UNKNOWN, "mkfs.ntfs -q -F FILE"),
        Arguments.of(Kind.FAT, "DISK", State.CLEAN, "mkfs.vfat -F 32 -n DISK FILE"),
        Arguments.of(Kind.FAT, "", State.CLEAN, "mkfs.vfat -F 16 FILE"),
        Arguments.of(Kind.EXFAT, "", State.CLEAN, "mkfs.exfat FILE"),
        Arguments.of(Kind.BTRFS, "disk", State.CLEAN, "mkfs.btrfs -q -M -L disk FILE"),
        Arguments.of(Kind.SWAP, "disk", State.UNKNOWN, "mkswap -q -L disk FILE"));
  }

  @ParameterizedTest
  @MethodSource("made")
  void knowsWhatProgramsMake(Kind kind, String label, State state, String command)
      throws Exception {
    Path file = directory.resolve("partition");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(kind == Kind.BTRFS ? 2 * SIZE : SIZE);
    }
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.replaceAll(word -> word.equals("FILE") ? file.toString() : word);
    assumeThat(
            Stream.of("/usr/sbin", "/sbin", "/usr/bin")
                .anyMatch(each -> Files.isExecutable(Path.of(each, words.getFirst()))))
        .as("without %s its file systems are NOT tested", words.getFirst())
        .isTrue();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    MemoryDisk disk = MemoryDisk.of(file);
    assertThat(ContentProbe.probe(disk)).isEqualTo(new Content(kind, label, state));
    // A file system on a whole disk is no partition table, boot sector or not.
    assertThat(PartitionTable.read(disk, 512).scheme()).isEqualTo(PartitionTable.Scheme.NONE);
  }

  private static MemoryDisk disk() {
    return new MemoryDisk(SIZE);
  }

  static Stream<Arguments> magic() {
    int raid = 0xA92B4EFC;
    return Stream.of(
        Arguments.of(Kind.XFS, disk().put(0, "XFSB")),
        Arguments.of(Kind.LUKS, disk().put(0, "LUKS\u00ba\u00be")),
        Arguments.of(Kind.BITLOCKER, disk().put(3, "-FVE-FS-")),
        Arguments.of(Kind.LVM, disk().put(512, "LABELONE").put(536, "LVM2 001")),
        Arguments.of(Kind.STORAGE_SPACES, disk().put(4096, "SPACEDB ")),
        Arguments.of(Kind.MD_RAID, disk().putInt(4096, raid).putInt(1080, 0xEF53)),
        Arguments.of(Kind.MD_RAID, disk().putInt(SIZE - 8192, raid)),
        Arguments.of(Kind.MD_RAID, disk().putInt(SIZE - 65536, raid)),
        Arguments.of(Kind.REFS, disk().put(3, "ReFS\0\0\0\0")),
        Arguments.of(Kind.F2FS, disk().putInt(1024, 0xF2F52010)),
        Arguments.of(Kind.ISO9660, disk().put(32769, "CD001")),
        Arguments.of(Kind.UDF, disk().put(32769, "BEA01").put(34817, "NSR03")),
        Arguments.of(Kind.SQUASHFS, disk().put(0, "hsqs")),
        Arguments.of(Kind.APFS, disk().put(32, "NXSB")),
        Arguments.of(Kind.EMPTY, disk()),
        Arguments.of(Kind.UNKNOWN, disk().put(5, "something")));
  }

  @ParameterizedTest
  @MethodSource("magic")
  void knowsOthersByTheirMagicNumbers(Kind kind, MemoryDisk disk) throws Exception {
    assertThat(ContentProbe.probe(disk).kind()).isEqualTo(kind);
  }

  @Test
  void tellsThatAJournalWaits() throws Exception {
    MemoryDisk ext = disk().putInt(1080, 0x0001EF53).putInt(1024 + 92, 4);
    assertThat(ContentProbe.probe(ext)).isEqualTo(new Content(Kind.EXT3, "", State.CLEAN));
    ext.putInt(1024 + 96, 0x4 | 0x40);
    assertThat(ContentProbe.probe(ext)).isEqualTo(new Content(Kind.EXT4, "", State.IN_USE));
    UnreplayedExt unreplayed = new UnreplayedExt(ext);
    assertThat(ContentProbe.probe(unreplayed)).isEqualTo(new Content(Kind.EXT4, "", State.CLEAN));
    ByteBuffer part = ByteBuffer.allocate(8);
    unreplayed.read(1024 + 94, part);
    assertThat(part.array()).containsExactly(0, 0, 0x40, 0, 0, 0, 0, 0);
  }

  @Test
  void looksAtPartitionsSmallerThanWhatItReads() throws Exception {
    for (int size = 0; size < 70_000; size += 1111) {
      assertThat(ContentProbe.probe(new MemoryDisk(size)).kind()).isEqualTo(Kind.EMPTY);
    }
  }

  @Test
  void survivesRandomBytes() throws Exception {
    Random random = new Random(11);
    for (int run = 0; run < 200; run++) {
      byte[] bytes = new byte[random.nextInt(80_000)];
      random.nextBytes(bytes);
      ContentProbe.probe(new MemoryDisk(bytes.length).put(0, bytes));
    }
  }

  @Test
  void aPartitionIsReadWithinItsBounds() throws Exception {
    MemoryDisk disk = new MemoryDisk(1 << 20).put(4096 + 1000, "hello");
    PartitionReader reader = new PartitionReader(disk, new Partition(1, 4608, 10_000, "", ""));
    ByteBuffer five = ByteBuffer.allocate(5);
    reader.read(1000 - 512, five);
    assertThat(new String(five.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
    assertThat(reader.extents(0, 1)).extracting(Extent::offset).containsExactly(0L);
    assertThat(reader.extents(0, 1).getFirst().lengthBytes()).isEqualTo(4096 - 512);
    assertThat(reader.extents(9_999, 9).getLast().end()).isEqualTo(10_000);
  }
}
