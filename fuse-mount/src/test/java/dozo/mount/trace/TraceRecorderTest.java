package dozo.mount.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.DiskRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TraceRecorderTest {
  private static final int PAGE = BootTrace.PAGE_BYTES;
  private static final long MIB = 1 << 20;

  private final AtomicLong now = new AtomicLong(42);
  private final TraceRecorder recorder = new TraceRecorder(now::get);

  /** Reads pages far from each other, as a boot does. */
  private void scatter(long from, int pages) {
    for (int i = 0; i < pages; i++) {
      recorder.note(from + i * MIB, PAGE);
    }
  }

  private static List<Long> pages(BootTrace trace) {
    List<Long> pages = new ArrayList<>();
    for (DiskRange range : trace.ranges()) {
      for (long at = range.offset(); at < range.end(); at += PAGE) {
        pages.add(at / PAGE);
      }
    }
    return pages;
  }

  @Test
  void keepsWholePagesInTheOrderOfTheirFirstReadAndJoinsNeighbours() {
    recorder.note(700 * MIB + 100, 2 * PAGE);
    recorder.note(300 * MIB, 1);
    recorder.note(700 * MIB + PAGE, PAGE);
    scatter(1000 * MIB, 256);
    assertThat(recorder.take().orElseThrow().ranges())
        .startsWith(
            new DiskRange(700 * MIB, 3 * PAGE),
            new DiskRange(300 * MIB, PAGE),
            new DiskRange(1000 * MIB, PAGE))
        .hasSize(2 + 256);
  }

  @Test
  void remembersTheFirstPagesOfAnyReadsAndNoMore() {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    Set<Long> model = new LinkedHashSet<>();
    int ended = 0;
    while (ended == 0) {
      // Too far apart to be taken for runs, and often to where it was before.
      long offset = random.nextInt(20_000) * 2L * MIB + random.nextInt(1 << 19);
      int length = 1 + random.nextInt(1 << random.nextInt(18));
      for (long page = offset / PAGE; page * PAGE < offset + length; page++) {
        if (model.size() < BootTrace.MAX_PAGES) {
          model.add(page);
        }
      }
      ended += recorder.note(offset, length) ? 1 : 0;
    }
    assertThat(model).hasSize(BootTrace.MAX_PAGES);
    assertThat(recorder.note(0, PAGE)).isFalse();
    BootTrace trace = recorder.take().orElseThrow();
    assertThat(trace.bytes()).isEqualTo(BootTrace.MAX_BYTES);
    assertThat(pages(trace)).isEqualTo(List.copyOf(model));
    assertThat(trace.stretches().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(trace.ranges());
    assertThat(recorder.take()).isEmpty();
  }

  @Test
  void takesNoGlanceAtADiskForABoot() {
    scatter(0, 255);
    assertThat(recorder.take()).isEmpty();
  }

  @Test
  void takesNoCopyOfADiskForABoot() {
    scatter(2000 * MIB, 300);
    for (long at = 0; at < 600 * MIB; at += 128 << 10) {
      // Side by side, as the kernel's read-ahead arrives.
      assertThat(recorder.note(at ^ (128 << 10), 128 << 10)).isFalse();
    }
    assertThat(recorder.take()).isEmpty();
  }

  @Test
  void leavesTheRestOfALongRunOut() {
    scatter(2000 * MIB, 300);
    for (long at = 0; at < 24 * MIB; at += 64 << 10) {
      recorder.note(at, 64 << 10);
    }
    BootTrace trace = recorder.take().orElseThrow();
    assertThat(trace.bytes()).isEqualTo(300 * PAGE + TraceRecorder.MAX_RUN_BYTES);
  }

  @Test
  void endsAfterItsTime() {
    scatter(0, 256);
    now.addAndGet(TraceRecorder.DURATION.toNanos() + 1);
    assertThat(recorder.note(900 * MIB, PAGE)).isTrue();
    assertThat(pages(recorder.take().orElseThrow())).doesNotContain(900 * MIB / PAGE);
  }

  @Test
  void beginsAnewIfNothingHadBootedInTheTime() {
    scatter(0, 200);
    now.addAndGet(TraceRecorder.DURATION.toNanos() + 1);
    scatter(4000 * MIB, 256);
    assertThat(pages(recorder.take().orElseThrow())).hasSize(256).startsWith(4000 * MIB / PAGE);
  }
}
