package dozo.client.tags;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockTagStoreTest {

  private static final int BLOCK = BlockTags.BLOCK_BYTES;
  private static final int BLOCKS = 40;
  private static final UUID REPOSITORY = new UUID(1, 2);
  private static final VmRef VM = new VmRef("default", new UUID(3, 4), "web", "host1");
  private static final RestorePointId FIRST =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  private static final RestorePointId SECOND =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c");

  @TempDir private Path directory;
  private BlockTagStore store;
  private final byte[] disk = new byte[BLOCKS * BLOCK];

  @BeforeEach
  void begin() {
    store = new BlockTagStore(directory.resolve("tags"));
    new Random(1).nextBytes(disk);
    Arrays.fill(disk, 5 * BLOCK, 9 * BLOCK, (byte) 0);
  }

  private BlockTags open() {
    return open(disk.length);
  }

  private BlockTags open(long sizeBytes) {
    return store.open(REPOSITORY, VM, "disk0", sizeBytes).orElseThrow();
  }

  private BitSet compare(BlockTags tags, int first, int count) {
    return tags.compare(first, ByteBuffer.wrap(disk, first * BLOCK, count * BLOCK));
  }

  private void backUp(RestorePointId id) {
    try (BlockTags tags = open()) {
      compare(tags, 0, 16);
      compare(tags, 16, BLOCKS - 16);
      tags.publish(id);
    }
  }

  private static BitSet all(int count) {
    BitSet all = new BitSet();
    all.set(0, count);
    return all;
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("tags"))) {
      return files.toList();
    }
  }

  @Test
  void knowsNothingAtFirst() throws Exception {
    try (BlockTags tags = open()) {
      assertThat(tags.base()).isEmpty();
      assertThat(compare(tags, 0, BLOCKS).isEmpty()).isTrue();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void knowsEachBlockThatIsAsItWas() {
    backUp(FIRST);
    disk[3 * BLOCK] ^= 1;
    disk[20 * BLOCK - 1] ^= 1;
    disk[7 * BLOCK + 5] = 1;
    BitSet expected = all(BLOCKS);
    IntStream.of(3, 7, 19).forEach(expected::clear);
    try (BlockTags tags = open()) {
      assertThat(tags.base()).contains(FIRST);
      assertThat(compare(tags, 0, BLOCKS)).isEqualTo(expected);
      tags.publish(SECOND);
    }
    try (BlockTags tags = open()) {
      assertThat(tags.base()).contains(SECOND);
      assertThat(compare(tags, 0, BLOCKS)).isEqualTo(all(BLOCKS));
    }
  }

  @Test
  void takesZerosAndHolesForTheSame() {
    backUp(FIRST);
    try (BlockTags tags = open()) {
      BitSet zero = new BitSet();
      zero.set(5, 9);
      assertThat(tags.compareZeros(0, BLOCKS)).isEqualTo(zero);
      compare(tags, 0, BLOCKS);
      tags.recordZeros(10, 2);
      tags.publish(SECOND);
    }
    Arrays.fill(disk, 10 * BLOCK, 12 * BLOCK, (byte) 0);
    try (BlockTags tags = open()) {
      assertThat(compare(tags, 0, BLOCKS)).isEqualTo(all(BLOCKS));
    }
  }

  @Test
  void keepsTheOldTagsUntilThereIsAReceipt() throws Exception {
    backUp(FIRST);
    byte[] before = disk.clone();
    new Random(2).nextBytes(disk);
    try (BlockTags tags = open()) {
      compare(tags, 0, BLOCKS);
    }
    System.arraycopy(before, 0, disk, 0, disk.length);
    try (BlockTags tags = open()) {
      assertThat(tags.base()).contains(FIRST);
      assertThat(compare(tags, 0, BLOCKS)).isEqualTo(all(BLOCKS));
    }
    assertThat(files()).hasSize(1);
  }

  @Test
  void knowsNothingOfABlockThatWasReadInParts() {
    try (BlockTags tags = open()) {
      compare(tags, 0, BLOCKS);
      tags.recordUnknown(4);
      tags.publish(FIRST);
    }
    BitSet expected = all(BLOCKS);
    expected.clear(4);
    try (BlockTags tags = open()) {
      assertThat(compare(tags, 0, BLOCKS)).isEqualTo(expected);
    }
  }

  @Test
  void forgetsWhenTold() {
    backUp(FIRST);
    try (BlockTags tags = open()) {
      tags.forget();
      assertThat(tags.base()).isEmpty();
      assertThat(compare(tags, 0, BLOCKS).isEmpty()).isTrue();
      assertThat(tags.compareZeros(5, 2).isEmpty()).isTrue();
    }
  }

  @Test
  void takesAnotherSizeIntoAccount() {
    try (BlockTags tags = open(3 * BLOCK + 512)) {
      tags.compare(0, ByteBuffer.wrap(disk, 0, 3 * BLOCK + 512));
      tags.publish(FIRST);
    }
    for (int size : new int[] {3 * BLOCK + 512, 3 * BLOCK + 1024, 4 * BLOCK, 3 * BLOCK, BLOCK}) {
      try (BlockTags tags = open(size)) {
        BitSet same = tags.compare(0, ByteBuffer.wrap(disk, 0, size));
        assertThat(same)
            .as("size %d", size)
            .isEqualTo(all(Math.min(size / BLOCK, 3) + (size == 3 * BLOCK + 512 ? 1 : 0)));
      }
    }
  }

  @Test
  void isForOneDiskOfOneVmInOneRepository() {
    backUp(FIRST);
    VmRef moved = new VmRef("default", VM.id(), "other name", "host2");
    VmRef other = new VmRef("default", new UUID(3, 5), "web", "host1");
    try (BlockTags same = store.open(REPOSITORY, moved, "disk0", 1).orElseThrow()) {
      assertThat(same.base()).contains(FIRST);
    }
    try (BlockTags vm = store.open(REPOSITORY, other, "disk0", 1).orElseThrow();
        BlockTags name = store.open(REPOSITORY, VM, "disk1", 1).orElseThrow();
        BlockTags repository = store.open(new UUID(1, 3), VM, "disk0", 1).orElseThrow()) {
      assertThat(vm.base()).isEmpty();
      assertThat(name.base()).isEmpty();
      assertThat(repository.base()).isEmpty();
    }
  }

  @Test
  void letsTheSecondOfTwoGoWithout() {
    try (BlockTags tags = open()) {
      assertThat(store.open(REPOSITORY, VM, "disk0", disk.length)).isEmpty();
      compare(tags, 0, BLOCKS);
      tags.publish(FIRST);
    }
    try (BlockTags tags = open()) {
      assertThat(tags.base()).contains(FIRST);
    }
  }

  @Test
  void takesNoByteOfADamagedFileOnTrust() throws Exception {
    backUp(FIRST);
    Path file = files().getFirst();
    byte[] sound = Files.readAllBytes(file);
    for (int at = 0; at < 108; at++) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      try (BlockTags tags = open()) {
        assertThat(tags.base()).as("byte %d", at).isEmpty();
      }
    }
    for (int length : new int[] {0, 1, 107}) {
      Files.write(file, Arrays.copyOf(sound, length));
      try (BlockTags tags = open()) {
        assertThat(tags.base()).as("length %d", length).isEmpty();
      }
    }
    // What a file system makes of a file that it lost a part of: shorter, or zeros.
    byte[] zeroed = sound.clone();
    Arrays.fill(zeroed, 4096 + 2 * 16, 4096 + 10 * 16, (byte) 0);
    for (byte[] torn : new byte[][] {Arrays.copyOf(sound, 4096 + 2 * 16), zeroed}) {
      Files.write(file, torn);
      try (BlockTags tags = open()) {
        BitSet same = compare(tags, 0, BLOCKS);
        assertThat(same.get(0) && same.get(1)).isTrue();
        assertThat(same.get(2, 10).isEmpty()).isTrue();
        assertThat(tags.compareZeros(2, 8).isEmpty()).isTrue();
      }
    }
  }

  @Test
  void goesWithoutWhereItCannotWrite() throws Exception {
    Files.writeString(directory.resolve("tags"), "a file");
    assertThat(store.open(REPOSITORY, VM, "disk0", disk.length)).isEmpty();
  }

  @Test
  void isForItsOwnerOnly() throws Exception {
    backUp(FIRST);
    assertThat(Files.getPosixFilePermissions(directory.resolve("tags")).toString())
        .doesNotContain("GROUP", "OTHERS");
    assertThat(Files.getPosixFilePermissions(files().getFirst()).toString())
        .doesNotContain("GROUP", "OTHERS");
  }
}
