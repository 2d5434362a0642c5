package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.NoSpaceException;
import dozo.format.manifest.RestorePoint;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository on a file system that is really full. Needs the right to mount one. */
final class FullDiskIT {

  @TempDir Path mountPoint;

  @BeforeEach
  void mount() throws Exception {
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "dozo-test", mountPoint.toString()) == 0,
        "SKIPPED: a small tmpfs cannot be mounted here; run as root to test a full disk");
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

  private static byte[] noise(long seed, int bytes) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  @Test
  void failsClearlyHarmsNothingAndGoesOnOnceThereIsRoom() throws IOException {
    Path ballast = mountPoint.resolve("ballast");
    Path directory = mountPoint.resolve("repository");
    TestRepository.create(directory);
    byte[] small = noise(1, 2 << 20);
    byte[] large = noise(2, 12 << 20);
    RestorePoint before;
    try (Repository repository = TestRepository.open(directory)) {
      before = backUp(repository, vm(1), Map.of("disk0", small));
      Files.write(ballast, new byte[10 << 20]);

      assertThatThrownBy(() -> backUp(repository, vm(2), Map.of("disk0", large)))
          .isInstanceOf(NoSpaceException.class)
          .hasMessageContaining("full");
      assertThat(readDisk(repository, before, "disk0")).isEqualTo(small);

      Files.delete(ballast);
      RestorePoint after = backUp(repository, vm(2), Map.of("disk0", large));
      assertThat(readDisk(repository, after, "disk0")).isEqualTo(large);
      assertThat(directory.resolve("tmp")).isEmptyDirectory();
      assertThat(repository.verify(VerifyRequest.all(true), VerifyListener.NONE).isSound())
          .isTrue();
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(repository.restorePoints()).hasSize(2);
    }
  }
}
