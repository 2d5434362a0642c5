package dozo.mount.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.disk.DiskRange;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BootTraceStoreTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T08:00:00Z"), ZoneOffset.UTC);

  /** The file of {@link #TWO} for {@code disk0}, which pins the format. */
  private static final String GOLDEN =
      "444f5a4f424f4f540100000002000000"
          + "KEY"
          + "00e84402a2010000"
          + "000010000000000000200000"
          + "000000000000000000100000"
          + "CRC";

  private static final BootTrace TWO =
      new BootTrace(List.of(new DiskRange(1 << 20, 8192), new DiskRange(0, 4096)));

  @TempDir private Path directory;
  private Path traces;
  private BootTraceStore store;

  @BeforeEach
  void open() {
    traces = directory.resolve("traces");
    store = new BootTraceStore(traces, CLOCK);
  }

  private static TracedDisk disk(String name) {
    return new TracedDisk(
        new RestorePointId(new UUID(0x0196f3a0_1234_7000L, 1L << 63)),
        "default",
        new UUID(1, 2),
        name);
  }

  private static BootTrace random(Random random, int ranges) {
    List<DiskRange> drawn = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < ranges; i++) {
      at += 4096L * random.nextInt(1 << 20);
      long length = 4096L * (1 + random.nextInt(4));
      drawn.add(new DiskRange(at, length));
      at += length;
    }
    return new BootTrace(drawn);
  }

  private Path file(TracedDisk disk) {
    return traces.resolve(disk.fileName());
  }

  @Test
  void givesBackWhatItKeptForTheVmWhicheverRestorePointIsMounted() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      BootTrace trace = random(random, random.nextInt(BootTrace.MAX_PAGES / 4));
      store.save(disk("disk0"), trace);
      assertThat(store.find(disk("disk0"))).contains(trace);
    }
    TracedDisk later =
        new TracedDisk(
            new RestorePointId(new UUID(0x0197f3a0_1234_7000L, 1L << 63)),
            "default",
            new UUID(1, 2),
            "disk0");
    assertThat(store.find(later)).isPresent();
    assertThat(store.find(disk("disk1"))).isEmpty();
  }

  @Test
  void isForItsOwnerOnly() throws IOException {
    store.save(disk("../語"), TWO);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(traces)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(traces)) {
      assertThat(files.toList())
          .singleElement()
          .satisfies(each ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                  .isEqualTo("rw-------"));
    }
  }

  @Test
  void writesTheBytesOfTheSpecification() throws IOException {
    store.save(disk("disk0"), TWO);
    byte[] bytes = Files.readAllBytes(file(disk("disk0")));
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            GOLDEN
                .replace("KEY", HexFormat.of().formatHex(disk("disk0").key()))
                .replace("CRC", "%08x".formatted(Integer.reverseBytes((int) crc.getValue()))));
  }

  @Test
  void refusesADamagedFileWhereverTheDamageIs() throws IOException {
    Path path = Path.of("x");
    byte[] whole = BootTraceFile.encode(disk("disk0"), TWO, CLOCK.instant()).array();
    assertThat(BootTraceFile.decode(ByteBuffer.wrap(whole), disk("disk0"), path)).isEqualTo(TWO);
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        assertThatThrownBy(
                () -> BootTraceFile.decode(ByteBuffer.wrap(damaged), disk("disk0"), path))
            .as("bit %d of byte %d", bit, at)
            .isInstanceOf(DozoException.class);
      }
      ByteBuffer shortened = ByteBuffer.wrap(whole, 0, at);
      assertThatThrownBy(() -> BootTraceFile.decode(shortened, disk("disk0"), path))
          .isInstanceOf(DozoException.class);
    }
  }

  @Test
  void tellsForeignNewerAndDamagedFilesApart() {
    Path path = Path.of("x");
    assertThatThrownBy(
            () -> BootTraceFile.decode(ByteBuffer.wrap(new byte[99]), disk("disk0"), path))
        .isInstanceOf(ForeignFileException.class);
    ByteBuffer other = BootTraceFile.encode(disk("disk1"), TWO, CLOCK.instant());
    assertThatThrownBy(() -> BootTraceFile.decode(other, disk("disk0"), path))
        .isInstanceOf(ForeignFileException.class);
    ByteBuffer newer = BootTraceFile.encode(disk("disk0"), TWO, CLOCK.instant());
    newer.put(8, (byte) 2);
    assertThatThrownBy(() -> BootTraceFile.decode(newer, disk("disk0"), path))
        .isInstanceOf(FormatTooNewException.class);
    ByteBuffer twice = BootTraceFile.encode(disk("disk0"), TWO, CLOCK.instant());
    twice.put(twice.capacity() - 16 + 2, (byte) 16);
    CRC32C crc = new CRC32C();
    crc.update(twice.slice(0, twice.capacity() - 4));
    twice.putInt(twice.capacity() - 4, (int) crc.getValue());
    assertThatThrownBy(() -> BootTraceFile.decode(twice, disk("disk0"), path))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void ignoresABrokenFileAndReplacesIt() throws IOException {
    store.save(disk("disk0"), TWO);
    Files.write(file(disk("disk0")), new byte[BootTraceFile.MAX_BYTES + 1]);
    assertThat(store.find(disk("disk0"))).isEmpty();
    Files.write(file(disk("disk0")), new byte[] {1, 2, 3});
    assertThat(store.find(disk("disk0"))).isEmpty();
    store.save(disk("disk0"), TWO);
    assertThat(store.find(disk("disk0"))).contains(TWO);
  }

  @Test
  void forgetsTheOldestWhenThereAreTooMany() throws IOException {
    for (int i = 0; i < BootTraceStore.MAX_TRACES; i++) {
      store.save(disk("disk" + i), TWO);
    }
    Files.setLastModifiedTime(file(disk("disk7")), FileTime.fromMillis(0));
    store.save(disk("another"), TWO);
    try (Stream<Path> files = Files.list(traces)) {
      assertThat(files).hasSize(BootTraceStore.MAX_TRACES);
    }
    assertThat(store.find(disk("disk7"))).isEmpty();
    assertThat(store.find(disk("another"))).isPresent();
  }
}
