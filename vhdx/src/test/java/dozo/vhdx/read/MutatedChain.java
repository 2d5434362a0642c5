package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.fixture.LogBuilder;
import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Good files of all kinds, damaged by somebody's choices, and then opened and read. Fields are
 * overwritten rather than any byte, and checksums are mostly made right again, because otherwise
 * nearly every damage would end at a checksum.
 */
final class MutatedChain {

  /** Where the choices come from: a seeded generator or a fuzzer. */
  interface Choices {

    /** A number from 0 to the bound, exclusive. */
    int below(int bound);

    /** Any number. */
    long any();
  }

  private static final int MIB = 1 << 20;
  private static final int SECTOR = 4096;
  private static final long CPU_NANOS = 5_000_000_000L;

  private static final long[] TELLING = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    -1,
    511,
    512,
    4096,
    65535,
    65536,
    MIB - 1,
    MIB,
    MIB + 4096,
    2L * MIB,
    3L * MIB,
    4L * MIB,
    4L * MIB | 6,
    4L * MIB | 7,
    256L * MIB,
    512L * MIB,
    1L << 30,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    (1L << 32) - 1,
    (1L << 32) - 8,
    1L << 40,
    64L << 40,
    (64L << 40) + 512,
    1L << 44,
    1L << 62,
    (1L << 62) | 6,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    2047,
    2048,
    1024,
    126,
    127
  };

  private static final List<List<MemorySource>> GOOD = goodChains();

  private final Choices choices;
  private final List<MemorySource> files = new ArrayList<>();

  MutatedChain(Choices choices) {
    this.choices = choices;
    List<MemorySource> good = GOOD.get(choices.below(GOOD.size()));
    for (MemorySource file : good) {
      files.add(file.copy(file.name()));
    }
    int edits = 1 + choices.below(6);
    for (int i = 0; i < edits; i++) {
      edit(files.get(choices.below(files.size())));
    }
    for (MemorySource file : files) {
      if (choices.below(8) != 0) {
        sealLog(file);
        file.sealHeaders();
      }
    }
  }

  private static List<List<MemorySource>> goodChains() {
    byte[] data = {1, 2, 3, 4, 5, 6, 7, 8};
    VhdxBuilder dynamic =
        new VhdxBuilder("base.vhdx", 6 * MIB + 512, MIB, 512)
            .full(0, 100, data)
            .full(4, 0, data)
            .state(2, 2)
            .stale(3, 3, 9 * MIB);
    VhdxBuilder fixed = new VhdxBuilder("fixed.vhdx", 2 * MIB, 2 * MIB, 4096).fixed();
    fixed.full(0, 0, data);
    VhdxBuilder child =
        new VhdxBuilder("child.avhdx", 7 * MIB, 2 * MIB, 512)
            .parent(dynamic.dataWriteGuid(), "base.vhdx")
            .partial(0, 512, new byte[1536])
            .partial(2, 0, new byte[512])
            .full(1, 7, data)
            .state(3, 1);
    VhdxBuilder grandchild =
        new VhdxBuilder("leaf.avhdx", 5 * MIB, MIB, 512)
            .parent(child.dataWriteGuid(), "child.avhdx")
            .partial(1, 4096, new byte[8192])
            .partial(4, 1024, new byte[512]);
    MemorySource base = dynamic.build();
    MemorySource middle = child.build();
    return List.of(
        List.of(base),
        List.of(fixed.build()),
        List.of(middle, base),
        List.of(grandchild.build(), middle, base),
        List.of(dirty(dynamic.build())),
        List.of(dirty(child.build()), dirty(dynamic.build())));
  }

  private static MemorySource dirty(MemorySource file) {
    LogBuilder log = new LogBuilder(file);
    int next = log.page(VhdxBuilder.BAT, file.get(VhdxBuilder.BAT, SECTOR)).write(0, 5, 0);
    log.zeros(VhdxBuilder.BAT + 4 * SECTOR, 2 * SECTOR);
    log.page(VhdxBuilder.ITEMS, file.get(VhdxBuilder.ITEMS, SECTOR)).write(next, 6, 0);
    return file;
  }

  private void edit(MemorySource file) {
    long size = file.sizeBytes();
    switch (choices.below(16)) {
      case 0 -> file.resize(Math.max(0, value(size)));
      case 1 -> file.resize(Math.max(0, size + (choices.below(5) - 2L) * MIB));
      case 2 -> file.write(place(), file.get(place(), 1 + choices.below(64)));
      case 3 -> file.flip(place() + choices.below(8));
      default -> putValue(file, place());
    }
    // A file larger than this could not be on any file system that a test should care for.
    file.resize(Math.min(file.sizeBytes(), Long.MAX_VALUE / 2));
  }

  private void putValue(MemorySource file, long at) {
    switch (choices.below(4)) {
      case 0 -> file.writeShort(at, (int) value(file.get(at, 2).getShort()));
      case 1 -> file.writeInt(at, (int) value(file.get(at, 4).getInt()));
      default -> file.writeLong(at, value(file.get(at, 8).getLong()));
    }
  }

  private long value(long old) {
    return switch (choices.below(6)) {
      case 0 -> old + choices.below(33) - 16;
      case 1 -> old + (choices.below(9) - 4L) * MIB;
      case 2 -> old ^ (1L << choices.below(64));
      case 3 -> choices.any();
      default -> TELLING[choices.below(TELLING.length)];
    };
  }

  /** Some field, at a multiple of two bytes: where fields begin, more often than elsewhere. */
  private long place() {
    long header = (64L << 10) * (1 + choices.below(2));
    long regions = 192L << 10;
    return switch (choices.below(12)) {
      case 0 -> 0;
      case 1 -> header + 2L * choices.below(40);
      case 2 -> header + List.of(8, 32, 48, 66, 68, 72).get(choices.below(6));
      case 3 -> regions + 8 + 4L * choices.below(24);
      case 4 -> regions + 16 + List.of(0, 16, 24, 28, 32, 48, 56, 60).get(choices.below(8));
      case 5 -> VhdxBuilder.METADATA + 2L * choices.below(16 + 6 * 16);
      case 6 -> VhdxBuilder.METADATA + 32 + 32L * choices.below(6) + 16 + 4L * choices.below(3);
      case 7 -> VhdxBuilder.ITEMS + 4L * choices.below(40);
      case 8 -> VhdxBuilder.LOG + 4L * choices.below(64);
      case 9 -> VhdxBuilder.LOG + 4L * choices.below(6 * SECTOR / 4);
      case 10 -> VhdxBuilder.BAT + 8L * (2048 + choices.below(2));
      default -> VhdxBuilder.BAT + 8L * choices.below(10);
    };
  }

  /** Makes the checksums of what may be log entries right again. */
  private static void sealLog(MemorySource file) {
    for (int at = 0; at < 8 * SECTOR; at += SECTOR) {
      long entry = VhdxBuilder.LOG + at;
      int length = file.get(entry + 8, 4).getInt();
      if (file.get(entry, 4).getInt() == 0x65676F6C && length >= SECTOR && length <= MIB) {
        file.seal(entry, length);
      }
    }
  }

  /**
   * Opens and reads the chain.
   *
   * @return whether it could be opened
   * @throws AssertionError if anything but a {@link VhdxException} comes of it, or if it takes long
   */
  boolean isReadOrRefused() throws IOException {
    long start = cpuNanos();
    boolean opened = false;
    try (VhdxChain chain = VhdxChain.open(files.getFirst(), files)) {
      opened = true;
      read(chain);
      walk(chain);
      chain.requireUnchanged();
    } catch (VhdxException e) {
      assertThat(e).hasMessageContaining("expected").hasMessageNotContaining("null");
    }
    assertThat(cpuNanos() - start).as("nanoseconds of CPU").isLessThan(CPU_NANOS);
    return opened;
  }

  private static void read(VhdxChain chain) throws IOException {
    long size = chain.disk().sizeBytes();
    ByteBuffer piece = ByteBuffer.allocate(3000);
    long step = Math.max(1, size / 37);
    for (long at = 0; at < size; at += step) {
      assertThat(chain.read(at, piece.clear())).isEqualTo((int) Math.min(3000, size - at));
    }
  }

  private static void walk(VhdxChain chain) throws IOException {
    long size = chain.disk().sizeBytes();
    long at = 0;
    for (int i = 0; i < 200 && at < size; i++) {
      Extent extent = chain.extentAt(at);
      assertThat(extent.offset()).isEqualTo(at);
      assertThat(extent.end()).isLessThanOrEqualTo(size);
      at = extent.end();
    }
    Optional<Extent> change = chain.nextChange(0);
    for (int i = 0; i < 200 && change.isPresent(); i++) {
      assertThat(change.get().end()).isLessThanOrEqualTo(size);
      change = chain.nextChange(change.get().end());
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
