package dozo.cli.quickstart;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small disk like a VM's: a GPT, and on its one partition an ext4 with files of this machine.
 * Made and changed with the system's own tools, none of which needs root for it.
 */
public final class DemoDisk {

  private static final long DISK_BYTES = 512L << 20;
  private static final long PARTITION_OFFSET = 1L << 20;

  /** The end of a disk belongs to the second copy of its GPT. */
  private static final long PARTITION_KIB = (DISK_BYTES - 2 * PARTITION_OFFSET) >> 10;

  private static final long FILES_BYTES = 96L << 20;
  private static final long LARGEST_FILE_BYTES = 8L << 20;

  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/share/doc"),
          Path.of("/usr/lib/python3"),
          Path.of("/usr/share/perl"),
          Path.of("/usr/bin"),
          Path.of("/usr/share"));

  private final Path image;
  private final Tool debugfs;

  private DemoDisk(Path image, Tool debugfs) {
    this.image = image;
    this.debugfs = debugfs;
  }

  /**
   * Makes a disk.
   *
   * @param image the file to write it to, which is replaced
   * @param workspace an existing directory for what is needed meanwhile
   * @throws IOException if a tool is missing or fails
   */
  public static DemoDisk create(Path image, Path workspace) throws IOException {
    Tool sfdisk = Tool.require("sfdisk", "fdisk");
    Tool mke2fs = Tool.require("mke2fs", "e2fsprogs");
    Tool debugfs = Tool.require("debugfs", "e2fsprogs");
    Path files = Files.createDirectories(workspace.resolve("files"));
    gather(files);
    Files.deleteIfExists(image);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(DISK_BYTES);
    }
    sfdisk.run(
        "label: gpt\nstart="
            + PARTITION_OFFSET / 512
            + ", size="
            + PARTITION_KIB * 2
            + ", type=linux, name=demo\n",
        "--quiet",
        image.toString());
    mke2fs.run(
        null,
        "-q",
        "-F",
        "-t",
        "ext4",
        "-L",
        "demo",
        "-d",
        files.toString(),
        "-E",
        "offset=" + PARTITION_OFFSET,
        image.toString(),
        PARTITION_KIB + "k");
    deleteTree(files);
    return new DemoDisk(image, debugfs);
  }

  /** The file with the disk. */
  public Path image() {
    return image;
  }

  /** Where its partition begins, as e2fsprogs take it: {@code file?offset=bytes}. */
  public static String partitionOf(Path disk) {
    return disk + "?offset=" + PARTITION_OFFSET;
  }

  /** Does a day's work on the disk: adds a few files and deletes one. */
  public void change(Path workspace) throws IOException {
    Path added = workspace.resolve("added");
    Path script = workspace.resolve("changes");
    StringBuilder text = new StringBuilder();
    StringBuilder commands = new StringBuilder("mkdir /day-two\ncd /day-two\n");
    for (int line = 0; line < 40_000; line++) {
      text.append("day two, entry ").append(line).append(": all is well\n");
    }
    Files.writeString(added, text);
    for (int file = 0; file < 3; file++) {
      commands.append("write ").append(added).append(" log.").append(file).append('\n');
    }
    Files.writeString(script, commands);
    debugfs.run(null, "-w", "-f", script.toString(), partitionOf(image));
    Files.delete(added);
    Files.delete(script);
  }

  /** Copies files of this machine until there are enough. */
  private static void gather(Path target) throws IOException {
    long bytes = 0;
    for (Path place : PLACES) {
      if (!Files.isDirectory(place) || bytes >= FILES_BYTES) {
        continue;
      }
      try (Stream<Path> found = Files.walk(place)) {
        for (Path file : (Iterable<Path>) found::iterator) {
          if (bytes >= FILES_BYTES) {
            break;
          }
          bytes += copy(file, target);
        }
      } catch (UncheckedIOException e) {
        // A directory that may not be read; there are others.
      }
    }
  }

  private static long copy(Path file, Path target) throws IOException {
    if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        || !Files.isReadable(file)
        || Files.size(file) > LARGEST_FILE_BYTES) {
      return 0;
    }
    Path copy = target.resolve(file.getRoot().relativize(file));
    if (Files.exists(copy)) {
      return 0;
    }
    Files.createDirectories(copy.getParent());
    Files.copy(file, copy);
    return Files.size(copy);
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
