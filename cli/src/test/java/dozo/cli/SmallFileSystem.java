package dozo.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own that fills up, or fails, without harm to any other. */
final class SmallFileSystem implements AutoCloseable {

  /** Which file system. */
  enum Kind {
    EXT4,
    TMPFS
  }

  private final Path directory;
  private final Path image;
  private final Kind kind;
  private boolean mounted;

  private SmallFileSystem(Path directory, Path image, Kind kind) {
    this.directory = directory;
    this.image = image;
    this.kind = kind;
  }

  /**
   * Makes one and mounts it. The test is skipped where that is not allowed.
   *
   * @param directory where it is mounted, which is made
   */
  static SmallFileSystem create(Kind kind, Path directory, long sizeBytes) throws IOException {
    assumeThat(System.getProperty("user.name"))
        .as("only root may mount file systems, so full ones are NOT tested")
        .isEqualTo("root");
    Path image = directory.resolveSibling(directory.getFileName() + ".img");
    SmallFileSystem made = new SmallFileSystem(Files.createDirectory(directory), image, kind);
    if (kind == Kind.EXT4) {
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(sizeBytes);
      }
      Tool.require("mkfs.ext4", "e2fsprogs").run(null, "-q", "-m", "0", image.toString());
      // What a disk that fails makes of most root file systems.
      Tool.require("tune2fs", "e2fsprogs").run(null, "-e", "remount-ro", image.toString());
    }
    try {
      made.mount(sizeBytes);
    } catch (IOException e) {
      assumeThat(e).as("without mounts, full file systems are NOT tested").isNull();
    }
    return made;
  }

  private void mount(long sizeBytes) throws IOException {
    String[] words =
        kind == Kind.EXT4
            ? new String[] {"-o", "loop", image.toString(), directory.toString()}
            : new String[] {"-t", "tmpfs", "-o", "size=" + sizeBytes, "none", directory.toString()};
    Tool.require("mount", "mount").run(null, words);
    mounted = true;
  }

  Path directory() {
    return directory;
  }

  /** Lets the kernel find an error, upon which nothing can be written any more. */
  void fail() throws IOException {
    Path device = Path.of(deviceOf(directory));
    Path trigger = Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error");
    assumeThat(trigger).as("failing file systems are NOT tested").isWritable();
    Files.writeString(trigger, "a test");
  }

  private static String deviceOf(Path directory) throws IOException {
    return Tool.require("findmnt", "mount")
        .run(null, "-n", "-o", "SOURCE", "--mountpoint", directory.toString())
        .strip();
  }

  /** Checks it and mounts it again, as an admin does who has replaced a cable. */
  void repair() throws IOException {
    unmount();
    // Its exit code says that it mended something, which run takes for a failure.
    Process check =
        new ProcessBuilder(
                Tool.require("e2fsck", "e2fsprogs").path().toString(), "-fp", image.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    check.onExit().join();
    if (check.exitValue() > 1) {
      throw new IOException("e2fsck ended with " + check.exitValue());
    }
    mount(0);
  }

  private void unmount() throws IOException {
    Tool.require("umount", "mount").run(null, directory.toString());
    mounted = false;
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      unmount();
    }
    Files.deleteIfExists(image);
  }
}
