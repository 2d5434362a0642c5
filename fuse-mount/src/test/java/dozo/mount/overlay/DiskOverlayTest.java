package dozo.mount.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiskOverlayTest {
  private static final int MIB = 1 << 20;

  private final PatternImage base = new PatternImage(MIB, 7);
  private final SimulatedFiles files = new SimulatedFiles();
  private DiskOverlay disk;

  @BeforeEach
  void create() throws IOException {
    SimulatedOverlay.create(files, base);
    disk = SimulatedOverlay.open(files, base);
  }

  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void reopen() throws IOException {
    disk.close();
    disk = SimulatedOverlay.open(files, base);
  }

  @Test
  void showsTheImageBeneathWhereNothingWasWritten() throws Exception {
    byte[] expected = base.content();
    byte[] written = bytes(5000, 1);
    System.arraycopy(written, 0, expected, 10_001, written.length);
    disk.write(10_001, ByteBuffer.wrap(written));
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
    assertThat(disk.written()).containsExactly(new WrittenRange(8192, 16_384));
    reopen();
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
  }

  @Test
  void growsByZerosAndForgetsWhatWasCutOff() throws Exception {
    disk.truncate(100_000);
    disk.truncate(2 * MIB);
    disk.write(3 * MIB, ByteBuffer.wrap(new byte[] {1}));
    byte[] expected = Arrays.copyOf(Arrays.copyOf(base.content(), 100_000), 3 * MIB + 1);
    expected[3 * MIB] = 1;
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
    reopen();
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
  }

  @Test
  void takesNoRoomForZeros() throws Exception {
    SpaceLimit none = new SpaceLimit(0);
    DiskOverlay full = SimulatedOverlay.open(files, base, none);
    full.zero(4096, 400 << 10, true);
    byte[] expected = base.content();
    Arrays.fill(expected, 4096, 4096 + (400 << 10), (byte) 0);
    assertThat(SimulatedOverlay.content(full)).isEqualTo(expected);
    // What is zeros beneath needs no entry either.
    full.zero(MIB / 2, MIB / 4, true);
    assertThat(full.written()).containsExactly(new WrittenRange(4096, 4096 + (400 << 10)));
  }

  @Test
  void refusesWhatExceedsTheLimitAndGoesOn() throws Exception {
    DiskOverlay small = SimulatedOverlay.open(files, base, new SpaceLimit(8192));
    small.write(0, ByteBuffer.wrap(bytes(8192, 3)));
    assertThatThrownBy(() -> small.write(8192, ByteBuffer.wrap(new byte[1])))
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("--overlay-limit");
    small.write(100, ByteBuffer.wrap(bytes(100, 4)));
    small.force();
    assertThat(small.state().kind()).isEqualTo(OverlayState.Kind.FULL);
    assertThat(small.state().cause()).contains("--overlay-limit");
  }

  @Test
  void endsBehindWhatWasWrittenBeforeRoomRanOut() throws Exception {
    DiskOverlay small = SimulatedOverlay.open(files, base, new SpaceLimit(64 << 10));
    byte[] written = bytes(128 << 10, 3);
    assertThatThrownBy(() -> small.write(MIB, ByteBuffer.wrap(written)))
        .isInstanceOf(NoSpaceException.class);
    assertThat(small.sizeBytes()).isEqualTo(MIB + (64 << 10));
    small.truncate(2 * MIB);
    byte[] expected = Arrays.copyOf(base.content(), 2 * MIB);
    System.arraycopy(written, 0, expected, MIB, 64 << 10);
    assertThat(SimulatedOverlay.content(small)).isEqualTo(expected);
  }

  @Test
  void goesOnWhenTheFullDiskHasRoomAgain() throws Exception {
    disk.write(0, ByteBuffer.wrap(bytes(4096, 3)));
    disk.force();
    byte[] before = SimulatedOverlay.content(disk);
    files.room(10_000);
    assertThatThrownBy(() -> disk.write(MIB / 2, ByteBuffer.wrap(bytes(40_000, 4))))
        .isInstanceOf(NoSpaceException.class);
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(before);
    disk.write(0, ByteBuffer.wrap(before, 0, 4096));
    assertThat(disk.state().kind()).as("it took no more room").isEqualTo(OverlayState.Kind.FULL);
    // A sync needs no room: that for the map was taken with the writes.
    disk.write(8192, ByteBuffer.wrap(bytes(4096, 5)));
    disk.force();
    files.room(Long.MAX_VALUE);
    disk.write(MIB / 2, ByteBuffer.wrap(bytes(40_000, 4)));
    assertThat(disk.state()).isEqualTo(OverlayState.SOUND);
    byte[] expected = SimulatedOverlay.content(disk);
    reopen();
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
  }

  @Test
  void neverSucceedsAfterASyncThatFailed() throws Exception {
    disk.write(0, ByteBuffer.wrap(bytes(4096, 3)));
    files.failAfter(0);
    assertThatThrownBy(disk::force).isInstanceOf(IOException.class);
    assertThatThrownBy(disk::force).hasMessageContaining("out of use");
    assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1)))
        .hasMessageContaining("out of use");
    assertThatThrownBy(() -> disk.read(0, ByteBuffer.allocate(1)))
        .hasMessageContaining("out of use");
    assertThat(disk.state().kind()).isEqualTo(OverlayState.Kind.OUT_OF_USE);
    assertThat(disk.state().cause()).contains("simulated");
    disk.close();
    disk = SimulatedOverlay.open(files, base);
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(base.content());
  }

  @Test
  void isOutOfUseWhenItsMapCannotBeWritten() throws Exception {
    PatternImage large = new PatternImage(96 * MIB, 8);
    SimulatedFiles others = new SimulatedFiles();
    SimulatedOverlay.create(others, large);
    DiskOverlay zeroed = SimulatedOverlay.open(others, large);
    // Zeros write no data: the first write is the one for more room in the map.
    others.failAfter(0);
    assertThatThrownBy(
            () -> {
              for (long at = 0; at < large.sizeBytes(); at += 8192) {
                zeroed.zero(at, 4096, true);
              }
            })
        .hasMessageContaining("simulated failure of a write");
    assertThatThrownBy(() -> zeroed.read(0, ByteBuffer.allocate(1)))
        .hasMessageContaining("out of use");
  }

  @Test
  void opensALongMapOnADiskThatIsFull() throws Exception {
    for (int i = 0; i < 2000; i++) {
      disk.truncate(i % 2 == 0 ? 500_000 : MIB);
      disk.force();
    }
    byte[] expected = SimulatedOverlay.content(disk);
    disk.close();
    int longBytes = files.bytes(SimulatedOverlay.MAP).length;
    files.room(100_000);
    disk = SimulatedOverlay.open(files, base);
    assertThat(files.bytes(SimulatedOverlay.MAP)).hasSize(longBytes);
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
    files.room(Long.MAX_VALUE);
    reopen();
    assertThat(files.bytes(SimulatedOverlay.MAP)).hasSizeLessThan(longBytes / 4);
  }

  @Test
  void takesNoWritesOnceFrozen() throws Exception {
    disk.freeze();
    assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1)))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(base.content());
  }

  @Test
  void tellsWhatWasWrittenSinceLastAsked() throws Exception {
    disk.write(0, ByteBuffer.allocate(4096));
    assertThat(disk.writtenSinceLastAsked()).isEmpty();
    disk.write(8000, ByteBuffer.allocate(1000));
    disk.zero(409_600, 4096, true);
    assertThat(disk.writtenSinceLastAsked())
        .containsExactly(new WrittenRange(4096, 12_288), new WrittenRange(409_600, 413_696));
    assertThat(disk.writtenSinceLastAsked()).isEmpty();
  }

  @Test
  void isWrittenByManyThreadsAtOnce() throws Exception {
    byte[] expected = base.content();
    int slices = 64;
    int sliceBytes = MIB / slices - 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      // Neighbours share blocks, and each block is to be copied from beneath once.
      threads
          .invokeAll(
              IntStream.range(0, slices)
                  .<Callable<Integer>>mapToObj(i ->
                      () -> {
                        disk.write(
                            (long) i * (sliceBytes + 8) + 3, ByteBuffer.wrap(bytes(sliceBytes, i)));
                        return i;
                      })
                  .toList())
          .forEach(done -> assertThat(done.resultNow()).isNotNegative());
    }
    for (int i = 0; i < slices; i++) {
      System.arraycopy(bytes(sliceBytes, i), 0, expected, i * (sliceBytes + 8) + 3, sliceBytes);
    }
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
  }

  @Test
  void rewritesAMapThatHasBecomeLong() throws Exception {
    for (int i = 0; i < 2000; i++) {
      disk.truncate(i % 2 == 0 ? 500_000 : MIB);
      disk.force();
    }
    disk.write(700_000, ByteBuffer.wrap(bytes(4096, 1)));
    byte[] expected = SimulatedOverlay.content(disk);
    disk.close();
    int longBytes = files.bytes(SimulatedOverlay.MAP).length;
    disk = SimulatedOverlay.open(files, base);
    assertThat(files.bytes(SimulatedOverlay.MAP)).hasSizeLessThan(longBytes / 4);
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
    reopen();
    assertThat(SimulatedOverlay.content(disk)).isEqualTo(expected);
  }

  @Test
  void healsAnyRecordOfWhichOneCopyIsDamaged() throws Exception {
    byte[] expected = writeThrice();
    byte[] map = files.bytes(SimulatedOverlay.MAP);
    for (int sector = 4096; sector < 4096 + 8 * 512; sector += 512) {
      byte[] damaged = map.clone();
      new Random(sector).nextBytes(new byte[1]);
      Arrays.fill(damaged, sector, sector + 512, (byte) (sector % 1024 == 0 ? 0 : 0x5A));
      files.damage(SimulatedOverlay.MAP, damaged);
      DiskOverlay healed = SimulatedOverlay.open(files, base);
      assertThat(SimulatedOverlay.content(healed)).as("sector %d", sector).isEqualTo(expected);
    }
  }

  @Test
  void refusesAMapThatIsDamagedBeforeItsLastRecord() throws Exception {
    writeThrice();
    byte[] map = files.bytes(SimulatedOverlay.MAP);
    Arrays.fill(map, 4096 + 1024, 4096 + 2048, (byte) 0x5A);
    files.damage(SimulatedOverlay.MAP, map);
    assertThatThrownBy(() -> SimulatedOverlay.open(files, base))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("damaged in the middle");
  }

  @Test
  void refusesAHeadOfWhichAnyBitIsFlipped() throws Exception {
    writeThrice();
    byte[] map = files.bytes(SimulatedOverlay.MAP);
    for (int at = 0; at < 4096; at += 7) {
      byte[] damaged = map.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      files.damage(SimulatedOverlay.MAP, damaged);
      assertThatThrownBy(() -> SimulatedOverlay.open(files, base))
          .as("byte %d", at)
          .isInstanceOfAny(
              CorruptDataException.class, ForeignFileException.class, FormatTooNewException.class);
    }
  }

  @Test
  void opensOrRefusesAnyGarbageBehindItsHead() throws Exception {
    writeThrice();
    byte[] map = files.bytes(SimulatedOverlay.MAP);
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] damaged = Arrays.copyOf(map, 4096 + random.nextInt(20_000));
      for (int i = 0; i < 20; i++) {
        int at = 4096 + random.nextInt(Math.max(1, damaged.length - 4096));
        if (at < damaged.length) {
          damaged[at] = (byte) random.nextInt();
        }
      }
      files.damage(SimulatedOverlay.MAP, damaged);
      try {
        SimulatedOverlay.open(files, base).close();
      } catch (CorruptDataException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("damaged");
      }
    }
  }

  private byte[] writeThrice() throws IOException {
    for (int i = 0; i < 3; i++) {
      disk.write(i * 100_000L, ByteBuffer.wrap(bytes(5000, i)));
      disk.force();
    }
    byte[] content = SimulatedOverlay.content(disk);
    disk.close();
    return content;
  }
}
