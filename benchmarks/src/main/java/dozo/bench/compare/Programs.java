package dozo.bench.compare;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The programs that a comparison needs, and the tools that it knows. */
final class Programs {

  private static final List<String> TOOLS = List.of("dozo", "restic", "borg");

  private Programs() {}

  /** What is missing for tools that the user has named. */
  static Set<String> missingFor(List<String> tools, Invocation invocation) {
    Set<String> missing = new LinkedHashSet<>();
    for (String tool : tools) {
      if (!TOOLS.contains(tool)) {
        throw invocation.misuse("There is no tool " + tool + "; there are dozo, restic and borg");
      }
      missing.addAll(missingFor(tool));
    }
    return missing;
  }

  /** What is missing for a tool, each with the way to get it. */
  static List<String> missingFor(String tool) {
    List<String> missing = new ArrayList<>();
    need("time", "time", missing);
    need("fusermount", "fuse3", missing);
    switch (tool) {
      case "restic" -> need("restic", "restic", missing);
      case "borg" -> need("borg", "borgbackup python3-pyfuse3", missing);
      default -> {}
    }
    return missing;
  }

  /** What is missing for loads on a mount. */
  static List<String> missingForLoads() {
    List<String> missing = new ArrayList<>();
    need("fio", "fio", missing);
    return missing;
  }

  private static void need(String program, String debianPackage, List<String> missing) {
    if (Tool.find(program).isEmpty()) {
      missing.add(program + " is not there; apt-get install " + debianPackage);
    }
  }

  /** Whether this machine has what FUSE needs. */
  static boolean canMount() {
    return Files.isWritable(Path.of("/dev/fuse"));
  }

  /** The first line that a program prints; empty if it fails. */
  static String firstLine(String program, String... arguments) {
    try {
      return Tool.require(program, program).run(null, arguments).lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  static Path parentOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("Not a file: " + file);
    }
    return parent;
  }
}
