package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountPointTest {
  private static final MountOptions OPTIONS = MountOptions.of("test");

  @TempDir Path directory;

  private static void assertRefused(Path path, MountOptions options, String reason) {
    assertThatThrownBy(() -> MountPoint.prepare(path, options))
        .isInstanceOfSatisfying(
            MountException.class,
            e -> assertThat(e.reason()).isEqualTo(MountException.Reason.UNSUITABLE_MOUNT_POINT))
        .hasMessageContaining(reason);
  }

  @Test
  void acceptsAnEmptyDirectoryThroughALink() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertThat(MountPoint.prepare(link, OPTIONS)).isEqualTo(real.toRealPath());
  }

  @Test
  void refusesWhatIsNoDirectory() throws Exception {
    assertRefused(directory.resolve("absent"), OPTIONS, "does not exist");
    assertRefused(directory.resolve("absent/deeper"), OPTIONS, "cannot be reached");
    assertRefused(Files.createFile(directory.resolve("file")), OPTIONS, "is not a directory");
    assertRefused(Path.of("/"), OPTIONS, "root directory");
  }

  @Test
  void refusesToHideFilesUnlessAsked() throws Exception {
    Files.createFile(directory.resolve("file"));
    assertRefused(directory, OPTIONS, "is not empty");
    assertThat(MountPoint.prepare(directory, OPTIONS.withAllowNonEmpty(true)))
        .isEqualTo(directory.toRealPath());
  }

  @Test
  void refusesToMountInOrAboveAForbiddenDirectory() throws Exception {
    Path repository = Files.createDirectory(directory.resolve("repository"));
    Path inside = Files.createDirectory(repository.resolve("inside"));
    Path beside = Files.createDirectory(directory.resolve("repository-mount"));
    Path detour = Files.createSymbolicLink(directory.resolve("detour"), inside);
    MountOptions options = OPTIONS.withForbiddenRoots(List.of(repository)).withAllowNonEmpty(true);
    assertRefused(repository, options, "lies in, or contains");
    assertRefused(inside, options, "lies in, or contains");
    assertRefused(detour, options, "lies in, or contains");
    assertRefused(directory, options, "lies in, or contains");
    assertThat(MountPoint.prepare(beside, options)).isEqualTo(beside.toRealPath());
  }
}
