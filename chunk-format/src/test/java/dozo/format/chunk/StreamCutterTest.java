package dozo.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCutterTest {

  private static final int BLOCK = 4096;

  /** A chunk with the CRC of its bytes, or a hole. */
  record Run(long offset, long length, boolean hole, long content) {}

  /** Collects runs, and turns windows by handing out new ones and spoiling the old. */
  static final class Collector implements CutSink {
    final List<Run> runs = new ArrayList<>();
    final boolean turns;

    Collector(boolean turns) {
      this.turns = turns;
    }

    @Override
    public void chunk(long offset, byte[] window, int from, int length) {
      runs.add(new Run(offset, length, false, hash(window, from, length)));
    }

    @Override
    public void hole(long offset, long length) {
      runs.add(new Run(offset, length, true, 0));
    }

    @Override
    public byte[] nextWindow(byte[] window) {
      if (!turns) {
        return window;
      }
      byte[] next = new byte[window.length];
      Arrays.fill(next, (byte) 0x5a);
      return next;
    }

    static long hash(byte[] bytes, int from, int length) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, from, length);
      return crc.getValue();
    }
  }

  static List<ChunkerParameters> parameters() {
    return List.of(
        ChunkerParameters.parse("fastcdc2020,average=4096"),
        ChunkerParameters.standard(),
        ChunkerParameters.parse("fastcdc2020,average=65536,level=0,hole=4096"),
        ChunkerParameters.parse("blockaligned,average=16384"),
        ChunkerParameters.parse("fixed,average=65536,hole=131072"));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void findsTheSameHoweverItIsFed(ChunkerParameters parameters) throws IOException {
    for (int seed = 0; seed < 8; seed++) {
      byte[] disk = disk(new Random(seed), 5 << 20);
      List<Run> expected = model(parameters, disk);
      for (int way = 0; way < 4; way++) {
        Random random = new Random(seed * 10 + way);
        Collector found = new Collector(way % 2 == 1);
        StreamCutter cutter = new StreamCutter(parameters, found);
        feed(cutter, disk, 0, disk.length, random);
        cutter.finish();
        assertThat(found.runs).as("seed %d, way %d", seed, way).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void findsTheSameWhenItCutsEarly(ChunkerParameters parameters) throws IOException {
    int early = 0;
    for (int seed = 0; seed < 8; seed++) {
      byte[] disk = disk(new Random(seed), 2 << 20);
      Random random = new Random(seed);
      Collector found = new Collector(false);
      StreamCutter cutter = new StreamCutter(parameters, found);
      for (int at = 0; at < disk.length; ) {
        int to = Math.min(disk.length, at + 1 + random.nextInt(100_000));
        feed(cutter, disk, at, to, random);
        at = to;
        while (random.nextInt(4) > 0 && cutter.cutEarly()) {
          early++;
        }
      }
      cutter.finish();
      assertThat(found.runs).as("seed %d", seed).isEqualTo(model(parameters, disk));
    }
    assertThat(early).isPositive();
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void findsTheSameAroundAChangeWhenItBeginsAndEndsAtOldCuts(ChunkerParameters parameters)
      throws IOException {
    int rejoined = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(1000 + seed);
      byte[] disk = disk(random, 3 << 20);
      List<Run> before = model(parameters, disk);
      int from = random.nextInt(disk.length);
      int to = Math.min(disk.length, from + 1 + random.nextInt(200_000));
      if (random.nextBoolean()) {
        Arrays.fill(disk, from, to, (byte) 0);
      } else {
        byte[] change = new byte[to - from];
        random.nextBytes(change);
        System.arraycopy(change, 0, disk, from, change.length);
      }

      List<Run> spliced = new ArrayList<>();
      int kept = 0;
      while (before.get(kept).offset + before.get(kept).length <= from - parameters.holeBytes()) {
        spliced.add(before.get(kept++));
      }
      int start = (int) before.get(kept).offset;
      Collector found = new Collector(false);
      byte[] window = new byte[StreamCutter.windowBytes(parameters)];
      StreamCutter cutter = new StreamCutter(parameters, start, window, found);
      cutter.write(ByteBuffer.wrap(disk, start, disk.length - start));
      cutter.finish();
      for (Run run : found.runs) {
        int match = indexOfOffset(before, run.offset);
        if (run.offset >= to && match >= 0) {
          spliced.addAll(before.subList(match, before.size()));
          rejoined++;
          break;
        }
        spliced.add(run);
      }
      assertThat(spliced).as("seed %d", seed).isEqualTo(model(parameters, disk));
    }
    assertThat(rejoined).isGreaterThan(30);
  }

  private static int indexOfOffset(List<Run> runs, long offset) {
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).offset == offset) {
        return i;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyDiskIsOneHole(Algorithm algorithm) throws IOException {
    for (long size : new long[] {64L << 40, (1L << 40) + 512, 65536}) {
      Collector found = new Collector(false);
      StreamCutter cutter = new StreamCutter(ChunkerParameters.of(algorithm, 16384), found);
      cutter.zeros(size / 3);
      cutter.zeros(size - size / 3);
      cutter.finish();
      assertThat(found.runs).containsExactly(new Run(0, size, true, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 4095, 4096, 65535})
  void shortZerosAreData(int size) throws IOException {
    Collector found = new Collector(false);
    StreamCutter cutter = new StreamCutter(ChunkerParameters.of(Algorithm.FIXED, 65536), found);
    cutter.zeros(size);
    cutter.finish();
    assertThat(found.runs)
        .containsExactly(new Run(0, size, false, Collector.hash(new byte[size], 0, size)));
  }

  @Test
  void aDiskOfNoBytesHasNothing() throws IOException {
    Collector found = new Collector(false);
    StreamCutter cutter = new StreamCutter(ChunkerParameters.standard(), found);
    cutter.finish();
    assertThat(found.runs).isEmpty();
    assertThatThrownBy(() -> cutter.zeros(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cutsASmallDiskTheSameInASmallWindow() throws IOException {
    ChunkerParameters parameters = ChunkerParameters.standard();
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    Arrays.fill(content, 60_000, 150_000, (byte) 0);
    Collector expected = new Collector(false);
    StreamCutter usual = new StreamCutter(parameters, expected);
    usual.write(ByteBuffer.wrap(content));
    usual.finish();

    Collector found = new Collector(false);
    StreamCutter cutter = StreamCutter.ofSize(parameters, content.length, found);
    assertThat(cutter.room()).isEqualTo(content.length + BLOCK);
    cutter.write(ByteBuffer.wrap(content));
    cutter.finish();

    assertThat(found.runs).isEqualTo(expected.runs);
    StreamCutter small = StreamCutter.ofSize(parameters, 10, found);
    assertThatThrownBy(() -> small.write(ByteBuffer.wrap(content)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(StreamCutter.ofSize(parameters, 1L << 40, found).room())
        .isEqualTo(StreamCutter.windowBytes(parameters));
  }

  @Test
  void rejectsWhatDoesNotFit() {
    ChunkerParameters parameters = ChunkerParameters.standard();
    Collector sink = new Collector(false);
    int least = StreamCutter.windowBytes(parameters);
    assertThatThrownBy(() -> new StreamCutter(parameters, 0, new byte[least - 1], sink))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StreamCutter(parameters, -1, new byte[least], sink))
        .isInstanceOf(IllegalArgumentException.class);
    StreamCutter cutter = new StreamCutter(parameters, sink);
    assertThatThrownBy(() -> cutter.advance(cutter.room() + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cutter.zeros(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheSinkThrowsComesOut() {
    CutSink full =
        new CutSink() {
          @Override
          public void chunk(long offset, byte[] window, int from, int length) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void hole(long offset, long length) {}
        };
    StreamCutter cutter = new StreamCutter(ChunkerParameters.standard(), full);
    byte[] data = new byte[1 << 20];
    new Random(3).nextBytes(data);
    assertThatThrownBy(() -> cutter.write(ByteBuffer.wrap(data))).hasMessage("full");
  }

  /** Data of several kinds, with zero runs of all lengths around the threshold, at any offset. */
  static byte[] disk(Random random, int limit) {
    byte[] disk = new byte[limit - random.nextInt(3 * BLOCK)];
    int at = 0;
    while (at < disk.length) {
      int unit = random.nextBoolean() ? BLOCK : 1;
      int length = Math.min(disk.length - at, (1 + random.nextInt(200_000 / BLOCK)) * BLOCK);
      length = Math.max(1, length - (unit == 1 ? random.nextInt(BLOCK) : 0));
      length = Math.min(length, disk.length - at);
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> Arrays.fill(disk, at, at + length, (byte) 1);
        default -> {
          byte[] data = new byte[length];
          random.nextBytes(data);
          System.arraycopy(data, 0, disk, at, length);
        }
      }
      at += length;
    }
    return disk;
  }

  /** Feeds a range as bytes, as ranges where it is zero, and by writing into the window. */
  static void feed(StreamCutter cutter, byte[] disk, int from, int to, Random random)
      throws IOException {
    int most = 1 << (8 + random.nextInt(13));
    int at = from;
    while (at < to) {
      int length = Math.min(to - at, 1 + random.nextInt(most));
      int zeros = at;
      while (zeros < Math.min(to, at + 300_000) && disk[zeros] == 0) {
        zeros++;
      }
      if (zeros > at && random.nextBoolean()) {
        length = random.nextBoolean() ? zeros - at : Math.min(length, zeros - at);
        cutter.zeros(length);
      } else if (random.nextBoolean()) {
        length = Math.min(length, cutter.room());
        System.arraycopy(disk, at, cutter.window(), cutter.position(), length);
        cutter.advance(length);
      } else {
        cutter.write(ByteBuffer.wrap(disk, at, length).asReadOnlyBuffer());
      }
      at += length;
      assertThat(cutter.offset()).isEqualTo(at);
      assertThat(cutter.room()).isPositive();
    }
  }

  /** The definition, taken literally, with the whole disk in hand. */
  static List<Run> model(ChunkerParameters parameters, byte[] disk) {
    Chunker chunker = parameters.chunker();
    List<Run> runs = new ArrayList<>();
    int extent = 0;
    int at = 0;
    while (at < disk.length) {
      int end = at;
      while (end < disk.length && isZeroBlock(disk, end)) {
        end = Math.min(end + BLOCK, disk.length);
      }
      if (end - at >= parameters.holeBytes()) {
        cutExtent(chunker, disk, extent, at, runs);
        runs.add(new Run(at, end - at, true, 0));
        extent = end;
        at = end;
      } else {
        at = end > at ? end : Math.min(at + BLOCK, disk.length);
      }
    }
    cutExtent(chunker, disk, extent, disk.length, runs);
    return runs;
  }

  private static boolean isZeroBlock(byte[] disk, int at) {
    for (int i = at; i < Math.min(at + BLOCK, disk.length); i++) {
      if (disk[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static void cutExtent(Chunker chunker, byte[] disk, int from, int to, List<Run> runs) {
    byte[] extent = Arrays.copyOfRange(disk, from, to);
    int at = 0;
    while (at < extent.length) {
      int length = chunker.cut(from + at, extent, at, extent.length);
      runs.add(new Run(from + at, length, false, Collector.hash(extent, at, length)));
      at += length;
    }
  }
}
