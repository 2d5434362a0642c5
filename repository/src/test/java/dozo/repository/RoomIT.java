package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.NoSpaceException;
import dozo.format.manifest.RestorePoint;
import dozo.repository.prune.PruneRequest;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.sweep.SweepListener;
import dozo.repository.sweep.SweepReport;
import dozo.repository.sweep.SweepRequest;
import dozo.repository.sweep.WasteBudget;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that fills up with backups and is emptied again. Needs the right to mount one. */
final class RoomIT {

  private static final int DISK_BYTES = 2 << 20;

  @TempDir Path mountPoint;

  @BeforeEach
  void mount() throws Exception {
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=48m", "dozo-test", mountPoint.toString()) == 0,
        "SKIPPED: a small tmpfs cannot be mounted here; run as root to test a full file system");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", mountPoint.toString());
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static byte[] noise(long seed) {
    byte[] content = new byte[DISK_BYTES];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** Half of it is the noise of that seed, the other half that of the next. */
  private static byte[] content(long seed) {
    byte[] content = noise(seed);
    System.arraycopy(noise(seed + 1), 0, content, DISK_BYTES / 2, DISK_BYTES / 2);
    return content;
  }

  @Test
  void fillsUpAndIsEmptiedAgainAndAgain() throws IOException {
    Path directory = mountPoint.resolve("repository");
    TestRepository.create(directory);
    ArrayDeque<RestorePoint> points = new ArrayDeque<>();
    ArrayDeque<Long> seeds = new ArrayDeque<>();
    long seed = 1;
    try (Repository repository = TestRepository.open(directory)) {
      for (int round = 0; round < 3; round++) {
        NoSpaceException refused = null;
        while (refused == null) {
          try {
            points.add(backUp(repository, vm(1), Map.of("disk0", content(seed))));
            seeds.add(seed);
          } catch (NoSpaceException e) {
            refused = e;
          }
          seed += 1 + seed % 2;
        }
        assertThat(refused).hasMessageContaining("dozo prune").hasMessageContaining("full");
        assertThat(repository.sessions()).isEmpty();
        assertThatThrownBy(
                () -> {
                  for (int i = 100; i < 110; i++) {
                    backUp(repository, vm(2), Map.of("disk0", content(i)));
                  }
                })
            .isInstanceOf(NoSpaceException.class);
        assertThat(readDisk(repository, points.getFirst(), "disk0"))
            .isEqualTo(content(seeds.getFirst()));

        repository
            .pruner()
            .prune(
                PruneRequest.all(RetentionPolicy.parse("keep-last=3"), ZoneOffset.UTC)
                    .ofVm("default", vm(1).id()));
        while (points.size() > 3) {
          points.removeFirst();
          seeds.removeFirst();
        }
        SweepReport report =
            repository
                .sweeper()
                .sweep(
                    SweepRequest.standard()
                        .withMaximumUnused(new WasteBudget.Bytes(0))
                        .withKeeping(Duration.ZERO, Duration.ofDays(1)),
                    SweepListener.NONE);
        assertThat(report.dead().count()).isPositive();
        assertThat(report.purged().bytes()).isPositive();
        for (RestorePoint point : points) {
          assertThat(readDisk(repository, point, "disk0")).isEqualTo(content(seeds.peekFirst()));
          seeds.add(seeds.removeFirst());
        }
      }
      assertThat(repository.verify(VerifyRequest.all(true), VerifyListener.NONE).isSound())
          .isTrue();
    }
  }
}
