package dozo.mount.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every change of seeded workloads, several times in a row, and holds what is
 * left against the promise: each sector is as it was at the last sync that returned, or as it was
 * at some time since.
 */
class OverlayCrashTest {
  private static final int SEEDS = Integer.getInteger("dozo.crash.overlays", 12);
  private static final long FIRST_SEED = Long.getLong("dozo.crash.seed", 1);
  private static final int IMAGE_BYTES = 200 << 10;
  private static final int MAX_BYTES = 260 << 10;
  private static final int STEPS = 14;
  private static final int LIVES = 3;
  private static final int SECTOR = 512;

  /** What may be found after a power cut: the state at the last sync, and all since. */
  private final List<byte[]> allowed = new ArrayList<>();

  @Test
  void keepsWhatWasSyncedThroughAPowerCutAtEveryChange() throws Exception {
    int cuts = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      int changes = Integer.MAX_VALUE;
      for (int cut = 1; cut < changes; cut++) {
        try {
          changes = lives(seed, cut);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(
              "power cut after change %d; rerun with -Ddozo.crash.seed=%d -Ddozo.crash.overlays=1"
                  .formatted(cut, seed),
              e);
        }
        cuts++;
      }
    }
    System.out.printf("Overlay power cuts: %,d of %,d seeds, none failed%n", cuts, SEEDS);
    assertThat(cuts).isGreaterThan(SEEDS * 10);
  }

  /** Lives through some power cuts. Returns how many changes the first life had, uncut or not. */
  private int lives(long seed, int cut) throws IOException {
    Random random = new Random(seed);
    Random luck = new Random(seed * 1_000_003 + cut);
    PatternImage base = new PatternImage(IMAGE_BYTES, seed);
    SimulatedFiles files = new SimulatedFiles();
    SimulatedOverlay.create(files, base);
    allowed.clear();
    allowed.add(base.content());
    int before = files.changes();
    int firstLife = 0;
    for (int life = 0; life < LIVES; life++) {
      files.cutAfter(life == 0 ? cut : luck.nextInt(20) + 1);
      try {
        live(files, base, random);
        firstLife = life == 0 ? files.changes() - before : firstLife;
      } catch (SimulatedFiles.PowerCut e) {
        firstLife = life == 0 ? Integer.MAX_VALUE : firstLife;
      }
      files = files.afterPowerCut(luck);
      try (DiskOverlay disk = SimulatedOverlay.open(files, base)) {
        byte[] found = SimulatedOverlay.content(disk);
        check(found);
        allowed.clear();
        allowed.add(found);
      }
      // Nobody wrote since, so that another cut must not change anything.
      files = files.afterPowerCut(luck);
    }
    return firstLife;
  }

  private void live(SimulatedFiles files, PatternImage base, Random random) throws IOException {
    DiskOverlay disk = SimulatedOverlay.open(files, base);
    for (int step = 0; step < STEPS; step++) {
      byte[] now = allowed.getLast().clone();
      int size = now.length;
      int offset = size == 0 ? 0 : random.nextInt(size);
      int length = 1 + random.nextInt(random.nextBoolean() ? 3000 : 40_000);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          disk.force();
          allowed.subList(0, allowed.size() - 1).clear();
          continue;
        }
        case 3 -> {
          int cutTo = random.nextInt(MAX_BYTES);
          now = Arrays.copyOf(now, cutTo);
          allowed.add(now);
          disk.truncate(cutTo);
        }
        case 4, 5 -> {
          int end = Math.min(size, offset + length);
          if (end > offset) {
            Arrays.fill(now, offset, end, (byte) 0);
            allowed.add(now);
            disk.zero(offset, end - offset, true);
          }
        }
        default -> {
          int end = Math.min(MAX_BYTES, offset + length);
          byte[] bytes = new byte[end - offset];
          random.nextBytes(bytes);
          now = Arrays.copyOf(now, Math.max(size, end));
          System.arraycopy(bytes, 0, now, offset, bytes.length);
          allowed.add(now);
          disk.write(offset, ByteBuffer.wrap(bytes));
        }
      }
      assertThat(Arrays.mismatch(SimulatedOverlay.content(disk), now)).isEqualTo(-1);
    }
    disk.close();
    allowed.subList(0, allowed.size() - 1).clear();
  }

  private void check(byte[] found) {
    assertThat(allowed.stream().map(state -> state.length)).contains(found.length);
    for (int at = 0; at < found.length; at += SECTOR) {
      int end = Math.min(found.length, at + SECTOR);
      byte[] sector = Arrays.copyOfRange(found, at, end);
      int from = at;
      boolean known =
          allowed.stream()
              .anyMatch(state -> Arrays.equals(sector, sector(state, from, sector.length)));
      assertThat(known).as("sector at %d is of no time that is allowed", at).isTrue();
    }
  }

  /** A sector of a state; behind its end are zeros. */
  private static byte[] sector(byte[] state, int from, int length) {
    return Arrays.copyOf(
        Arrays.copyOfRange(state, Math.min(from, state.length), state.length), length);
  }
}
