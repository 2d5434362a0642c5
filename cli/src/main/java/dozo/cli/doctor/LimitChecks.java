package dozo.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What the system lets this process have. */
final class LimitChecks {

  private static final long FILES_NEEDED = 4_096;
  private static final long THREADS_NEEDED = 512;
  private static final Pattern GAP = Pattern.compile("\\s+");
  private static final long UNLIMITED = Long.MAX_VALUE;

  private LimitChecks() {}

  static void run(Path process, Consumer<Finding> told) {
    List<String> lines;
    try {
      lines = Files.readAllLines(process.resolve("limits"));
    } catch (IOException e) {
      told.accept(
          Finding.warning(
              "limits", "They cannot be read: " + e.getMessage(), "see that /proc is mounted"));
      return;
    }
    long files = soft(lines, "Max open files").orElse(0L);
    told.accept(
        files >= FILES_NEEDED
            ? Finding.ok("open files", words(files) + " at a time")
            : Finding.problem(
                "open files",
                words(files) + " at a time, of which connections and packs use up many",
                "raise it to 65536: LimitNOFILE= of a unit, or 'ulimit -n'"));
    long threads = soft(lines, "Max processes").orElse(UNLIMITED);
    if (threads < THREADS_NEEDED) {
      told.accept(
          Finding.problem(
              "threads",
              threads + " at a time, for all processes of this user together",
              "raise it to 4096: LimitNPROC= of a unit, or 'ulimit -u'"));
    }
    long size = soft(lines, "Max file size").orElse(UNLIMITED);
    if (size != UNLIMITED) {
      told.accept(
          Finding.problem(
              "file size",
              "No file may be longer than " + size + " bytes, and an index is",
              "lift it: LimitFSIZE=infinity of a unit, or 'ulimit -f unlimited'"));
    }
    long memory = soft(lines, "Max address space").orElse(UNLIMITED);
    if (memory != UNLIMITED) {
      told.accept(
          Finding.problem(
              "address space",
              "No more than " + memory + " bytes may be mapped, and the index maps far more",
              "lift it: LimitAS=infinity of a unit, or 'ulimit -v unlimited'; bound memory by"
                  + " MemoryMax= instead"));
    }
  }

  /** The soft limit of a line of {@code /proc/self/limits}, proc(5). */
  static Optional<Long> soft(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> GAP.split(line.substring(name.length()).strip(), 2)[0])
        .map(word -> word.equals("unlimited") ? UNLIMITED : Long.parseLong(word));
  }

  private static String words(long limit) {
    return limit == UNLIMITED ? "any number" : Long.toString(limit);
  }
}
