package dozo.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A disk with partitions that real programs made and filled. */
final class GuestDisk {
  private static final int MIB = 1 << 20;

  private final Path directory;
  private final Path image;
  private final List<Path> parts = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final String label;
  private long endMib = 1;

  /**
   * Begins a disk.
   *
   * @param label of the table as sfdisk has it: gpt or dos
   */
  GuestDisk(Path directory, String name, String label) {
    this.directory = directory;
    this.image = directory.resolve(name);
    this.label = label;
  }

  /** A program that a test needs; without it the test is skipped. */
  static Tool need(String program) {
    assumeThat(Tool.find(program))
        .as("without %s its file systems are NOT tested", program)
        .isPresent();
    return Tool.find(program).orElseThrow();
  }

  /** Adds a line of sfdisk's for what gets no content, such as an extended partition. */
  GuestDisk line(long startMib, long sizeMib, String type) {
    lines.add("start=" + startMib + "MiB, size=" + sizeMib + "MiB, type=" + type);
    return this;
  }

  /**
   * Adds a partition behind the last one.
   *
   * @param type as sfdisk has it
   * @param command what makes the file system, FILE being a sparse file of the size
   */
  Path add(String type, int sizeMib, String... command) throws IOException {
    Path part = directory.resolve(image.getFileName() + "." + parts.size());
    try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
      file.setLength((long) sizeMib * MIB);
    }
    Tool program = need(command[0]);
    String[] arguments = new String[command.length - 1];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = command[i + 1].replace("FILE", part.toString());
    }
    program.run(null, arguments);
    parts.add(part);
    lines.add("start=" + endMib + "MiB, size=" + sizeMib + "MiB, type=" + type);
    endMib += sizeMib + 1;
    return part;
  }

  /** As {@link #add}, at a place of its own, such as within an extended partition. */
  Path addAt(long startMib, String type, int sizeMib, String... command) throws IOException {
    endMib = startMib;
    return add(type, sizeMib, command);
  }

  /** Writes the disk: table and partitions, and its holes. */
  Path build() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((endMib + 30) * MIB);
    }
    String script = "label: " + label + "\n" + String.join("\n", lines) + "\n";
    need("sfdisk").run(script, "--no-reread", "--no-tell-kernel", "-q", image.toString());
    int next = 0;
    for (String line : lines) {
      if (line.contains("type=5")) {
        continue;
      }
      long start = Long.parseLong(line.substring("start=".length(), line.indexOf("MiB")));
      copy(parts.get(next++), start * MIB);
    }
    return image;
  }

  private void copy(Path part, long offset) throws IOException {
    try (FileChannel in = FileChannel.open(part);
        FileChannel out = FileChannel.open(image, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
      ByteBuffer zeros = ByteBuffer.allocate(64 << 10);
      for (long at = 0; in.read(buffer.clear(), at) > 0; at += buffer.limit()) {
        buffer.flip();
        if (buffer.mismatch(zeros.clear().limit(buffer.limit())) >= 0) {
          out.write(buffer.duplicate(), offset + at);
        }
      }
    }
  }

  /** Runs debugfs on a partition that was made with {@link #add}. */
  static void debugfs(Path part, String... commands) throws IOException {
    need("debugfs").run(String.join("\n", commands) + "\n", "-w", "-f", "-", part.toString());
  }

  /** Replaces the only places in a file where a text stands by another of the same length. */
  static void replace(Path file, String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(from, to);
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
