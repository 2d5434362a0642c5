package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.VhdxException;
import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule of the format has a file that breaks it, and the refusal says where and how. */
final class HostileFileTest {

  private static final int MIB = 1 << 20;
  private static final long HEADER_1 = 64 << 10;
  private static final long HEADER_2 = 128 << 10;
  private static final long REGIONS_1 = 192 << 10;
  private static final long REGIONS_2 = 256 << 10;
  private static final long METADATA_REGION = 16;
  private static final long BAT_REGION = 48;
  private static final long ITEMS = VhdxBuilder.ITEMS;

  private static final VhdxBuilder DYNAMIC =
      new VhdxBuilder("disk.vhdx", 8 * MIB, MIB, 512)
          .full(0, 0, new byte[100])
          .full(1, 0, new byte[100]);
  private static final VhdxBuilder CHILD =
      new VhdxBuilder("disk.vhdx", 8 * MIB + 512, MIB, 512)
          .parent(new UUID(1, 2), "base.vhdx")
          .full(0, 0, new byte[100])
          .partial(1, 512, new byte[1024]);

  private static DynamicTest refuses(
      String name, VhdxBuilder builder, String message, Consumer<MemorySource> damage) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          MemorySource file = builder.build();
          VhdxFile.open(file.copy("whole")).close();
          damage.accept(file);
          assertThatThrownBy(() -> VhdxFile.open(file))
              .isInstanceOf(VhdxException.class)
              .hasMessageStartingWith("disk.vhdx: ")
              .hasMessageContaining(message);
        });
  }

  private static DynamicTest refuses(String name, String message, Consumer<MemorySource> damage) {
    return refuses(name, DYNAMIC, message, damage);
  }

  private static Consumer<MemorySource> headers(long field, long value, int bytes) {
    return file -> {
      for (long header : new long[] {HEADER_1, HEADER_2}) {
        put(file, header + field, value, bytes);
      }
      file.sealHeaders();
    };
  }

  private static Consumer<MemorySource> regions(long field, long value, int bytes) {
    return file -> {
      for (long table : new long[] {REGIONS_1, REGIONS_2}) {
        put(file, table + field, value, bytes);
      }
      file.sealHeaders();
    };
  }

  private static Consumer<MemorySource> field(long offset, long value, int bytes) {
    return file -> put(file, offset, value, bytes);
  }

  private static void put(MemorySource file, long offset, long value, int bytes) {
    switch (bytes) {
      case 2 -> file.writeShort(offset, (int) value);
      case 4 -> file.writeInt(offset, (int) value);
      default -> file.writeLong(offset, value);
    }
  }

  private static long entry(int index) {
    return VhdxBuilder.METADATA + 32 + 32L * index;
  }

  @TestFactory
  Stream<DynamicTest> headerSection() {
    return Stream.of(
        refuses("empty file", "at least the header section", f -> f.resize(0)),
        refuses("short file", "at least the header section", f -> f.resize(MIB - 1)),
        refuses("signature", "file identifier", f -> f.flip(0)),
        refuses("no valid header", "one valid header", f -> f.flip(HEADER_1 + 99).flip(HEADER_2)),
        refuses("version", "version 1, found 2", headers(66, 2, 2)),
        refuses("equal numbers", "in two different headers", headers(8, 3, 8).andThen(f -> {})),
        refuses("log length", "log length that is a multiple", headers(68, MIB + 4096, 4)),
        refuses("long log", "a log of at most", headers(68, (1L << 30) + MIB, 4)),
        refuses("unaligned log", "a log offset", headers(72, MIB + 4096, 8)),
        refuses("log in header section", "a log offset", headers(72, 0, 8)),
        refuses("log at the end of numbers", "a log offset", headers(72, -MIB, 8)),
        refuses(
            "log behind the file",
            "a log that ends within",
            headers(48, 1, 8).andThen(headers(72, 64 * MIB, 8))),
        refuses("log version", "log version 0", headers(48, 1, 8).andThen(headers(64, 1, 2))),
        refuses("log of no length", "an empty log", headers(48, 1, 8).andThen(headers(68, 0, 4))));
  }

  @TestFactory
  Stream<DynamicTest> regionTable() {
    long secondId = 48;
    return Stream.of(
        refuses("no whole table", "region table 1", f -> f.flip(REGIONS_1 + 9).flip(REGIONS_2)),
        refuses("count", "at most 2047 regions", regions(8, 2048, 4)),
        refuses("unaligned", "multiple of 1 MiB", regions(BAT_REGION + 16, 3 * MIB + 4096, 8)),
        refuses("in header section", "at least 1 MiB", regions(BAT_REGION + 16, 0, 8)),
        refuses("negative", "at least 1 MiB", regions(BAT_REGION + 16, -MIB, 8)),
        refuses("odd length", "a length that is", regions(BAT_REGION + 24, 4096, 4)),
        refuses("no length", "a length of at least", regions(BAT_REGION + 24, 0, 4)),
        refuses("behind the file", "regions below", regions(BAT_REGION + 16, 64 * MIB, 8)),
        refuses(
            "far behind the file",
            "regions below",
            f -> regions(BAT_REGION + 16, 1L << 62, 8).accept(f.resize(Long.MAX_VALUE))),
        refuses("over the log", "free space", regions(BAT_REGION + 16, MIB, 8)),
        refuses("over another", "free space", regions(BAT_REGION + 16, 2 * MIB, 8)),
        refuses("one missing", "a region {", regions(8, 1, 4)),
        refuses("unknown", "a known region", regions(secondId, 77, 8)),
        refuses(
            "twice",
            "not in use",
            f -> {
              for (long table : new long[] {REGIONS_1, REGIONS_2}) {
                f.write(table + BAT_REGION, f.get(table + METADATA_REGION, 16));
              }
              f.sealHeaders();
            }));
  }

  @TestFactory
  Stream<DynamicTest> metadata() {
    return Stream.of(
        refuses("signature", "metadata table", f -> f.flip(VhdxBuilder.METADATA)),
        refuses("count", "at most 2047", field(VhdxBuilder.METADATA + 10, 2048, 2)),
        refuses("user items", "at most 1024 user", HostileFileTest::manyUserItems),
        refuses("in the table", "an item from", field(entry(1) + 16, 65535, 4)),
        refuses("behind the region", "an item from", field(entry(1) + 16, MIB - 7, 4)),
        refuses("wrapping", "an item from", field(entry(1) + 16, 0xFFFFFFF8L, 4)),
        refuses("too long", "at most 1 MiB", field(entry(1) + 20, MIB + 1, 4)),
        refuses("empty but somewhere", "offset 0 of an empty", field(entry(1) + 20, 0, 4)),
        refuses("overlap", "do not overlap", field(entry(1) + 16, (64 << 10) + 7, 4)),
        refuses("twice", "not in use", f -> f.write(entry(1), f.get(entry(0), 16))),
        refuses("unknown", "known items", field(entry(4), 5, 8)),
        refuses("required user item", "known items", field(entry(4) + 24, 5, 4)),
        refuses("no parameters", "for the file parameters", HostileFileTest.forget(0)),
        refuses("no size", "for the virtual disk size", HostileFileTest.forget(1)),
        refuses("no id", "for the virtual disk id", HostileFileTest.forget(2)),
        refuses("no logical sector", "for the logical", HostileFileTest.forget(3)),
        refuses("no physical sector", "for the physical", HostileFileTest.forget(4)),
        refuses("long parameters", "expected 8 bytes", field(entry(0) + 20, 4, 4)),
        refuses("long id", "expected 16 bytes", field(entry(2) + 20, 15, 4)),
        refuses("block size 0", "a block size", field(ITEMS, 0, 4)),
        refuses("block size 512 KiB", "a block size", field(ITEMS, MIB / 2, 4)),
        refuses("block size 3 MiB", "a block size", field(ITEMS, 3 * MIB, 4)),
        refuses("block size 512 MiB", "a block size", field(ITEMS, 512 * MIB, 4)),
        refuses("block size 2 GiB", "a block size", field(ITEMS, 1L << 31, 4)),
        refuses("disk size 0", "a multiple of 512", field(ITEMS + 8, 0, 8)),
        refuses("odd disk size", "a multiple of 512", field(ITEMS + 8, 8 * MIB + 1, 8)),
        refuses("large disk", "a multiple of 512", field(ITEMS + 8, (64L << 40) + 512, 8)),
        refuses("negative disk size", "a multiple of 512", field(ITEMS + 8, -512, 8)),
        refuses("logical sector", "512 or 4096", field(ITEMS + 32, 1024, 4)),
        refuses("physical sector", "512 or 4096", field(ITEMS + 36, 0, 4)),
        refuses("parent without locator", "exactly where", field(ITEMS + 4, 2, 4)),
        refuses("locator without parent", CHILD, "exactly where", field(ITEMS + 4, 0, 4)));
  }

  private static void manyUserItems(MemorySource file) {
    file.writeShort(VhdxBuilder.METADATA + 10, 5 + 1025);
    for (int i = 5; i < 5 + 1025; i++) {
      file.writeLong(entry(i), i).writeInt(entry(i) + 24, 1);
    }
  }

  /** Makes an item unknown and not required, so that only its absence can be the reason. */
  private static Consumer<MemorySource> forget(int item) {
    return file -> file.writeLong(entry(item), 7).writeInt(entry(item) + 24, 0);
  }

  @TestFactory
  Stream<DynamicTest> parentLocator() {
    long locator = ITEMS + 40;
    long entries = locator + 20;
    return Stream.of(
        refuses("short", CHILD, "at least 20", field(entry(5) + 20, 19, 4)),
        refuses("type", CHILD, "locator type", f -> f.flip(locator)),
        refuses("many keys", CHILD, "at most 256 keys", field(locator + 18, 257, 2)),
        refuses("no room for keys", CHILD, "room for 250 keys", field(locator + 18, 250, 2)),
        refuses("key nowhere", CHILD, "text of an even", field(entries, 0, 4)),
        refuses("key far off", CHILD, "text of an even", field(entries, 0xFFFFFFF0L, 4)),
        refuses("value behind", CHILD, "text of an even", field(entries + 4, 100_000, 4)),
        refuses("odd length", CHILD, "text of an even", field(entries + 8, 27, 2)),
        refuses("no length", CHILD, "text of an even", field(entries + 10, 0, 2)),
        refuses(
            "key twice",
            CHILD,
            "a key that is not in use",
            f -> f.write(entries + 12, f.get(entries, 12))),
        refuses("no linkage", CHILD, "a value of parent_linkage", f -> f.flip(key(f, entries))),
        refuses(
            "linkage is no GUID",
            CHILD,
            "a GUID in braces",
            f -> f.writeShort(key(f, entries + 4), '[')),
        refuses("NUL", CHILD, "text without NUL", f -> f.writeShort(key(f, entries), 0)));
  }

  private static long key(MemorySource file, long pointer) {
    return ITEMS + 40 + file.get(pointer, 4).getInt();
  }

  @TestFactory
  Stream<DynamicTest> blockTable() {
    long first = DYNAMIC.payloadOffset();
    long freeEnd = first + 2 * MIB;
    long bitmap = CHILD.bitmapEntryOffset(0);
    return Stream.of(
        refuses("too small", "for a disk of", field(ITEMS + 8, 64L << 40, 8)),
        refuses("state 4", "found 4", field(block(2), 4, 8)),
        refuses("partial without parent", "no partial block", field(block(2), freeEnd | 7, 8)),
        refuses("at offset 0", "from 1 MiB on", field(block(2), 6, 8)),
        refuses("behind the file", "within the file's", field(block(2), freeEnd | 6, 8)),
        refuses("half behind", "within the file's", f -> f.resize(freeEnd - 1)),
        refuses("negative offset", "from 1 MiB on", field(block(2), -MIB | 6, 8)),
        refuses("same offset", "in use", field(block(2), first | 6, 8)),
        refuses("over regions", "in use", field(block(2), 2 * MIB | 6, 8)),
        refuses("over the log", "in use", field(block(2), MIB | 6, 8)),
        refuses("block beyond the cap", "at or below", HostileFileTest::blockBeyondTheCap),
        refuses("partial without bitmap", CHILD, "a sector bitmap, as", field(bitmap, 0, 8)),
        refuses(
            "partial bitmap",
            CHILD,
            "state of 0 or 6",
            f -> f.writeLong(bitmap, f.get(bitmap, 8).getLong() | 7)),
        refuses("zero bitmap", CHILD, "state of 0 or 6", field(bitmap, 2, 8)),
        refuses("bitmap over block", CHILD, "in use", field(bitmap, CHILD.payloadOffset() | 6, 8)),
        refuses("bitmap nowhere", CHILD, "from 1 MiB on", field(bitmap, 6, 8)),
        refuses("behind the last block", CHILD, "behind the last block", field(block(9), 2, 8)),
        refuses(
            "bitmap without parent",
            new VhdxBuilder("disk.vhdx", (4L << 30) + MIB, MIB, 512),
            "no sector bitmap",
            field(VhdxBuilder.BAT + 8 * 4096, (long) MIB << 2 | 6, 8)));
  }

  private static long block(int number) {
    return DYNAMIC.entryOffset(number);
  }

  private static void blockBeyondTheCap(MemorySource file) {
    file.resize(Long.MAX_VALUE).writeLong(block(2), 1L << 62 | 6);
  }

  /** What is odd, and written by real programs. */
  @TestFactory
  Stream<DynamicTest> acceptsWithAWarning() {
    return Stream.of(
        warns("one header is damaged", DYNAMIC, f -> f.flip(HEADER_1 + 20)),
        warns("the second region table is used", DYNAMIC, f -> f.flip(REGIONS_1 + 20)),
        warns("the second region table is damaged", DYNAMIC, f -> f.flip(REGIONS_2 + 20)),
        warns("the region tables differ", DYNAMIC, f -> f.flip(REGIONS_2 + 500).sealHeaders()),
        warns("reserved bits", DYNAMIC, f -> f.writeLong(block(3), 1 << 4)),
        warns("reserved bits", DYNAMIC, f -> f.writeInt(ITEMS + 4, 0x80)),
        warns("state 5", DYNAMIC, f -> f.writeLong(block(3), 5)));
  }

  private static DynamicTest warns(
      String warning, VhdxBuilder builder, Consumer<MemorySource> change) {
    return DynamicTest.dynamicTest(
        warning,
        () -> {
          MemorySource file = builder.build();
          change.accept(file);
          try (VhdxFile open = VhdxFile.open(file)) {
            assertThat(open.warnings()).singleElement().asString().contains(warning);
          }
        });
  }

  @Test
  void acceptsTwoEqualHeadersAsDisk2vhdWritesThem() throws IOException {
    MemorySource file = DYNAMIC.build();
    file.write(HEADER_2, file.get(HEADER_1, 80)).sealHeaders();

    try (VhdxFile open = VhdxFile.open(file)) {
      assertThat(open.warnings()).isEmpty();
    }
  }

  @Test
  void takesTheHeaderWithTheHigherNumberAsUnsigned() throws IOException {
    MemorySource file = DYNAMIC.build();
    file.writeLong(HEADER_1 + 8, -1).writeLong(HEADER_1 + 32, 5).sealHeaders();

    try (VhdxFile open = VhdxFile.open(file)) {
      assertThat(open.dataWriteGuid()).isNotEqualTo(DYNAMIC.dataWriteGuid());
    }
  }

  @Test
  void acceptsALastBlockThatIsCutShort() throws IOException {
    VhdxBuilder builder =
        new VhdxBuilder("disk.vhdx", 2 * MIB + 1024, 2 * MIB, 512).full(1, 0, new byte[1024]);
    MemorySource file = builder.build().resize(builder.payloadOffset() + 1024);

    VhdxFile.open(file).close();
  }

  @Test
  void acceptsAnUnknownRegionThatIsNotRequired() throws IOException {
    MemorySource file = DYNAMIC.build();
    long free = file.sizeBytes();
    file.resize(free + MIB);
    for (long table : new long[] {REGIONS_1, REGIONS_2}) {
      file.writeInt(table + 8, 3).writeLong(table + 80, 77).writeLong(table + 96, free);
      file.writeInt(table + 104, MIB);
    }

    VhdxFile.open(file.sealHeaders()).close();
  }

  @Test
  void makesTextFromTheFileFitForATerminal() throws IOException {
    try (VhdxFile open = VhdxFile.open(DYNAMIC.build())) {
      assertThat(open.creator()).isEqualTo("Dozo test ?[31m");
    }
    MemorySource child =
        new VhdxBuilder("disk.vhdx", MIB, MIB, 512)
            .parent(new UUID(1, 1), "\u202Egnp.exe\n")
            .build();
    try (VhdxFile open = VhdxFile.open(child)) {
      assertThat(open.parent().orElseThrow().paths().getFirst()).isEqualTo(".\\?gnp.exe?");
    }
  }

  /** The table of a disk of 64 TiB is not believed before its region is seen to be large enough. */
  @Test
  void readsLittleOfAFileThatAsksForALargeTable() {
    MemorySource file = DYNAMIC.build().writeLong(ITEMS + 8, 64L << 40);

    assertThatThrownBy(() -> VhdxFile.open(file)).hasMessageContaining("for a disk of");
    assertThat(file.bytesRead()).isLessThan(MIB);
  }

  @Test
  void opensAnEmptyDiskOf64TiBInOnePass() throws IOException {
    VhdxBuilder builder = new VhdxBuilder("disk.vhdx", 64L << 40, MIB, 512);
    builder.parent(new UUID(1, 2), "base.vhdx").full((1 << 26) - 1, 0, new byte[] {1});
    MemorySource file = builder.build();

    try (VhdxFile open = VhdxFile.open(file)) {
      assertThat(file.bytesRead()).isLessThan(builder.batBytes() + MIB);
      Span span = open.spanAt(5);
      assertThat(span.origin()).isEqualTo(Span.Origin.PARENT);
      assertThat(span.end()).isEqualTo((64L << 40) - MIB);
    }
    assertThat(List.of(builder.batBytes())).containsExactly(513L * MIB);
  }
}
