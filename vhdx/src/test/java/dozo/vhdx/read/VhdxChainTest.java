package dozo.vhdx.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.VhdxException.Fault;
import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A chain reads as its files say, and is refused where they do not belong together. */
final class VhdxChainTest {

  private static final int MIB = 1 << 20;

  static List<Long> seeds() {
    return new Random(2025).longs(24).boxed().toList();
  }

  private static RandomChain chain(long seed) {
    return new RandomChain(seed, 1 + Math.floorMod(seed, 4));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsWhatTheFilesHold(long seed) throws Exception {
    RandomChain expected = chain(seed);
    byte[] disk = expected.disk();
    try (VhdxChain chain = expected.open()) {
      assertThat(chain.disk().sizeBytes()).isEqualTo(disk.length);
      assertThat(read(chain, 0, disk.length)).as("seed %d", seed).isEqualTo(disk);

      Random random = new Random(seed);
      for (int i = 0; i < 300; i++) {
        int offset = random.nextInt(disk.length);
        int room = 1 + random.nextInt(40_000);
        ByteBuffer piece = ByteBuffer.allocate(room);
        int count = chain.read(offset, piece);

        assertThat(count).isEqualTo(Math.min(room, disk.length - offset));
        assertThat(Arrays.copyOf(piece.array(), count))
            .as("seed %d, %d bytes at %d", seed, count, offset)
            .isEqualTo(Arrays.copyOfRange(disk, offset, offset + count));
      }
      assertThat(chain.read(disk.length, ByteBuffer.allocate(9))).isZero();
    }
    assertThat(expected.files()).allMatch(MemorySource::isClosed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void extentsTellDataFromZeros(long seed) throws Exception {
    RandomChain expected = chain(seed);
    try (VhdxChain chain = expected.open()) {
      long size = chain.disk().sizeBytes();
      Extent extent;
      for (long at = 0; at < size; at = extent.end()) {
        extent = chain.extentAt(at);
        assertThat(extent.offset()).isEqualTo(at);
        for (long sector = at; sector < extent.end(); sector += expected.sectorBytes()) {
          assertThat(extent.kind() == Extent.Kind.DATA)
              .as("seed %d at %d", seed, sector)
              .isEqualTo(expected.isData(sector));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void changesMakeTheParentIntoTheLeaf(long seed) throws Exception {
    RandomChain expected = chain(seed);
    try (VhdxChain chain = expected.open()) {
      byte[] disk = new byte[expected.disk().length];
      if (expected.files().size() > 1) {
        try (VhdxChain parent = VhdxChain.open(expected.files().get(1), expected.files())) {
          int common = (int) Math.min(parent.disk().sizeBytes(), disk.length);
          parent.read(0, ByteBuffer.wrap(disk, 0, common));
        }
      }
      long at = 0;
      Optional<Extent> change = chain.nextChange(0);
      while (change.isPresent()) {
        Extent run = change.get();
        requireUnchanged(expected, at, run.offset());
        for (long s = run.offset(); s < run.end(); s += expected.sectorBytes()) {
          assertThat(expected.isChanged(s)).as("seed %d at %d", seed, s).isTrue();
        }
        int offset = (int) run.offset();
        if (run.kind() == Extent.Kind.DATA) {
          chain.read(offset, ByteBuffer.wrap(disk, offset, (int) run.length()));
        } else {
          Arrays.fill(disk, offset, (int) run.end(), (byte) 0);
        }
        at = run.end();
        change = chain.nextChange(at);
      }
      requireUnchanged(expected, at, disk.length);
      assertThat(disk).as("seed %d", seed).isEqualTo(expected.disk());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void changesMakeAnAncestorIntoTheLeaf(long seed) throws Exception {
    RandomChain expected = new RandomChain(seed, 4);
    for (int generations = 1; generations < 4; generations++) {
      List<MemorySource> files = expected.files();
      byte[] disk = new byte[expected.disk().length];
      try (VhdxChain ancestor =
          VhdxChain.open(
              files.get(generations).copy(files.get(generations).name()), copies(files))) {
        int common = (int) Math.min(ancestor.disk().sizeBytes(), disk.length);
        ancestor.read(0, ByteBuffer.wrap(disk, 0, common));
      }
      try (VhdxChain chain =
          VhdxChain.open(files.getFirst().copy(files.getFirst().name()), copies(files))) {
        Optional<Extent> change = chain.nextChange(0, generations);
        while (change.isPresent()) {
          int offset = (int) change.get().offset();
          chain.read(offset, ByteBuffer.wrap(disk, offset, (int) change.get().length()));
          change = chain.nextChange(change.get().end(), generations);
        }
      }
      assertThat(disk).as("seed %d, %d up", seed, generations).isEqualTo(expected.disk());
    }
  }

  private static List<MemorySource> copies(List<MemorySource> files) {
    return files.stream().map(file -> file.copy(file.name())).toList();
  }

  private static void requireUnchanged(RandomChain expected, long from, long to) {
    for (long at = from; at < to; at += expected.sectorBytes()) {
      assertThat(expected.isChanged(at)).as("at %d", at).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void eachChunkHasASectorBitmapOfItsOwn(int sectorBytes) throws Exception {
    int block = 256 * MIB;
    long chunk = (1L << 23) * sectorBytes;
    long size = 2 * chunk + block;
    VhdxBuilder base = new VhdxBuilder("base.vhdx", size, block, sectorBytes);
    VhdxBuilder leaf = new VhdxBuilder("leaf.avhdx", size, block, sectorBytes);
    leaf.parent(base.dataWriteGuid(), "base.vhdx");
    int perChunk = leaf.chunkRatio();
    byte[] bytes = new byte[sectorBytes];
    for (int i = 0; i < 3; i++) {
      Arrays.fill(bytes, (byte) (1 + i));
      leaf.partial(i * perChunk, (i + 5) * sectorBytes, bytes.clone());
    }

    try (VhdxChain chain = VhdxChain.open(leaf.build(), List.of(base.build()))) {
      long from = 0;
      for (int i = 0; i < 3; i++) {
        long at = i * chunk + (i + 5L) * sectorBytes;
        assertThat(chain.nextChange(from)).contains(new Extent(at, sectorBytes, Extent.Kind.DATA));
        assertThat(read(chain, at, 1)[0]).isEqualTo((byte) (1 + i));
        from = at + sectorBytes;
      }
      assertThat(chain.nextChange(from)).isEmpty();
    }
  }

  @Test
  void manyThreadsReadAtOnce() throws Exception {
    RandomChain expected = new RandomChain(99, 4);
    byte[] disk = expected.disk();
    try (VhdxChain chain = expected.open();
        var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> readers = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        Random random = new Random(thread);
        readers.add(() -> {
          for (int i = 0; i < 400; i++) {
            int offset = random.nextInt(disk.length - 5000);
            if (!Arrays.equals(
                read(chain, offset, 5000), Arrays.copyOfRange(disk, offset, offset + 5000))) {
              return false;
            }
          }
          return true;
        });
      }
      for (Future<Boolean> reader : threads.invokeAll(readers)) {
        assertThat(reader.get()).isTrue();
      }
    }
  }

  private static byte[] read(VhdxChain chain, long offset, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    assertThat(chain.read(offset, bytes)).isEqualTo(count);
    return bytes.array();
  }

  @Test
  void opensFilesOfTheFileSystem(@TempDir Path directory) throws Exception {
    RandomChain expected = new RandomChain(5, 3);
    List<Path> files = new ArrayList<>();
    for (MemorySource file : expected.files()) {
      Path path = directory.resolve(file.name());
      Files.write(path, file.get(0, (int) file.sizeBytes()).array());
      files.add(path);
    }

    try (VhdxChain chain = VhdxChain.open(files.getFirst(), files)) {
      assertThat(chain.files()).hasSize(3);
      assertThat(read(chain, 0, expected.disk().length)).isEqualTo(expected.disk());
    }
  }

  @Test
  void noticesThatAFileWasWrittenTo() throws Exception {
    MemorySource file = new VhdxBuilder("disk.vhdx", 8 * MIB, MIB, 512).build();
    try (VhdxChain chain = VhdxChain.open(file, List.of())) {
      chain.requireUnchanged();
      file.writeLong((128 << 10) + 8, 9).sealHeaders();

      assertThatThrownBy(chain::requireUnchanged)
          .isInstanceOfSatisfying(
              VhdxException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CHANGED));
    }
  }

  @Test
  void noticesThatAFileWasCutShort() throws Exception {
    VhdxBuilder builder = new VhdxBuilder("disk.vhdx", 8 * MIB, MIB, 512).full(3, 0, new byte[9]);
    MemorySource file = builder.build();
    try (VhdxChain chain = VhdxChain.open(file, List.of())) {
      file.resize(builder.payloadOffset() + 10);

      assertThatThrownBy(() -> chain.read(3 * MIB, ByteBuffer.allocate(100)))
          .isInstanceOfSatisfying(
              VhdxException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CHANGED));
    }
  }

  /** Files that do not make a chain. */
  @Nested
  final class Broken {

    private final VhdxBuilder base = new VhdxBuilder("base.vhdx", 8 * MIB, MIB, 512);

    private VhdxBuilder child(String name, UUID linkage, String parent) {
      return new VhdxBuilder(name, 8 * MIB, MIB, 512).parent(linkage, parent);
    }

    private void refuses(Fault fault, String message, MemorySource leaf, MemorySource... others) {
      assertThatThrownBy(() -> VhdxChain.open(leaf, List.of(others)))
          .hasMessageContaining(message)
          .isInstanceOfSatisfying(VhdxException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void parentIsMissing() {
      MemorySource child = child("leaf.avhdx", base.dataWriteGuid(), "base.vhdx").build();
      refuses(Fault.BROKEN_CHAIN, "expected a file base.vhdx", child);
    }

    @Test
    void parentHasAnotherName() {
      MemorySource child = child("leaf.avhdx", base.dataWriteGuid(), "..\\..\\other.vhdx").build();
      refuses(Fault.BROKEN_CHAIN, "has that GUID and another name", child, base.build());
    }

    @Test
    void parentWasWrittenTo() {
      MemorySource child = child("leaf.avhdx", new UUID(1, 2), "base.vhdx").build();
      refuses(Fault.BROKEN_CHAIN, "written to after its child", child, base.build());
    }

    @Test
    void fileIsItsOwnParent() {
      VhdxBuilder leaf = child("leaf.avhdx", new UUID(4, 4), "leaf.avhdx");
      MemorySource file = leaf.dataWriteGuid(new UUID(4, 4)).build();
      refuses(Fault.CORRUPT, "not a descendant", file, file);
    }

    @Test
    void twoFilesAreEachOthersParents() {
      VhdxBuilder one = child("one.avhdx", new UUID(2, 2), "two.avhdx");
      VhdxBuilder two = child("two.avhdx", new UUID(1, 1), "one.avhdx");
      MemorySource first = one.dataWriteGuid(new UUID(1, 1)).build();
      MemorySource second = two.dataWriteGuid(new UUID(2, 2)).build();
      refuses(Fault.CORRUPT, "not a descendant", first, first, second);
    }

    @Test
    void sectorsDiffer() {
      MemorySource leaf =
          new VhdxBuilder("leaf.avhdx", 8 * MIB, MIB, 4096)
              .parent(base.dataWriteGuid(), "base.vhdx")
              .build();
      refuses(Fault.CORRUPT, "4096 as in leaf.avhdx", leaf, base.build());
    }

    @Test
    void parentIsCorrupt() {
      MemorySource child = child("leaf.avhdx", base.dataWriteGuid(), "base.vhdx").build();
      refuses(Fault.CORRUPT, "base.vhdx", child, base.build().writeLong(base.entryOffset(0), 4));
    }

    @Test
    void chainIsTooDeep() {
      List<MemorySource> files = new ArrayList<>(List.of(base.build()));
      UUID linkage = base.dataWriteGuid();
      String parent = "base.vhdx";
      for (int i = 0; i < VhdxChain.MAX_FILES; i++) {
        VhdxBuilder child = child(i + ".avhdx", linkage, parent);
        files.add(child.build());
        linkage = child.dataWriteGuid();
        parent = i + ".avhdx";
      }

      refuses(Fault.LIMIT, "at most 64", files.getLast(), files.toArray(MemorySource[]::new));
      assertThat(files.removeLast().name()).isEqualTo("63.avhdx");
      assertThatThrownBy(
              () -> VhdxChain.open(base.build(), List.of()).read(-1, ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(openQuietly(files)).isEqualTo(VhdxChain.MAX_FILES);
    }

    private int openQuietly(List<MemorySource> files) {
      try (VhdxChain chain = VhdxChain.open(files.getLast(), files)) {
        return chain.files().size();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Odd chains that Hyper-V and people make. */
  @Nested
  final class Accepted {

    private final VhdxBuilder base =
        new VhdxBuilder("base.vhdx", 8 * MIB, MIB, 512).full(2, 5, "base".getBytes(UTF_8));

    private VhdxBuilder leaf() {
      return new VhdxBuilder("leaf.avhdx", 8 * MIB, MIB, 512);
    }

    private VhdxChain open(MemorySource leaf, MemorySource... others) throws IOException {
      VhdxChain chain = VhdxChain.open(leaf, List.of(others));
      assertThat(read(chain, 2 * MIB + 5, 4)).isEqualTo("base".getBytes(UTF_8));
      return chain;
    }

    @Test
    void secondLinkageCountsWhileAMergeIsUnderWay() throws Exception {
      MemorySource leaf =
          leaf()
              .parent(new UUID(1, 1), "base.vhdx")
              .locate("parent_linkage2", "{" + base.dataWriteGuid() + "}")
              .build();
      open(leaf, base.build()).close();
    }

    @Test
    void linkageMayBeInCapitals() throws Exception {
      MemorySource leaf =
          leaf()
              .parent(base.dataWriteGuid(), "BASE.VHDX")
              .locate(
                  "parent_linkage",
                  "{" + base.dataWriteGuid().toString().toUpperCase(Locale.ROOT) + "}")
              .build();
      open(leaf, base.build()).close();
    }

    @Test
    void ofFilesWithOneNameTheGuidChooses() throws Exception {
      MemorySource leaf = leaf().parent(base.dataWriteGuid(), "base.vhdx").build();
      MemorySource other =
          new VhdxBuilder("base.vhdx", MIB, MIB, 512).dataWriteGuid(new UUID(9, 9)).build();
      MemorySource junk = new MemorySource("base.vhdx", 5);
      open(leaf, junk, other, base.build().copy("/elsewhere/base.vhdx")).close();
    }

    @Test
    void withoutPathsTheGuidIsEnough() throws Exception {
      MemorySource leaf = leaf().locate("parent_linkage", "{" + base.dataWriteGuid() + "}").build();
      try (VhdxChain chain = open(leaf, base.build())) {
        assertThat(chain.warnings()).anyMatch(w -> w.contains("names no path"));
      }
    }

    @Test
    void anotherDiskIdIsOnlyWarnedOf() throws Exception {
      MemorySource leaf =
          leaf().parent(base.dataWriteGuid(), "base.vhdx").diskId(new UUID(8, 8)).build();
      try (VhdxChain chain = open(leaf, base.build())) {
        assertThat(chain.warnings()).anyMatch(w -> w.contains("virtual disk id"));
      }
    }
  }
}
