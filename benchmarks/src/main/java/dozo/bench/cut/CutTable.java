package dozo.bench.cut;

import dozo.bench.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures ways to cut on a folder of disk images: {@code IMAGES [CUT...]}. The folder has {@code
 * VM/dayN.raw}; all first days go in, then all second ones, and so on. Prints a table in Markdown.
 *
 * <p>Figures are the processor's seconds, not the clock's, so that other work on the machine
 * matters little. Reading the images is not counted.
 */
public final class CutTable {

  private static final List<String> STANDARD =
      List.of("16/64", "32/32", "32/64", "32/128", "64/64");
  private static final double MIB = 1 << 20;

  private CutTable() {}

  /** Measures the cuts that are named, or the usual ones. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0 || arguments[0].startsWith("-")) {
      System.err.println(
          "usage: ./dozo bench cut IMAGES [CUT...]; a cut is CHUNK/SEGMENT in KiB, such as 16/64;"
              + " blockaligned:16/64 or fixed:64/64 cut otherwise");
      System.exit(64);
    }
    List<Path> images = images(Path.of(arguments[0]));
    List<String> named = List.of(arguments).subList(1, arguments.length);
    List<Cut> cuts = (named.isEmpty() ? STANDARD : named).stream().map(Cut::parse).toList();
    // What the compiler of the JVM does for the first must not count against it.
    measure(cuts.getFirst(), images.subList(0, 1));
    System.out.println(
        "| chunk/segment, KiB | stored, MiB | maps | LMDB | filter | chunks, thousands"
            + " | ingest of new data, CPU s/GB | of the series | restored: decoded / delivered,"
            + " oldest | newest | CPU s/GB | random 4 KiB: CPU us |");
    System.out.println("|---".repeat(12) + "|");
    for (Cut cut : cuts) {
      System.out.println(row(cut, measure(cut, images)));
    }
  }

  private static CutRun.Result measure(Cut cut, List<Path> images) throws IOException {
    try (ScratchDirectory directory = ScratchDirectory.create()) {
      return CutRun.create(cut, directory.path()).measure(images);
    }
  }

  private static String row(Cut cut, CutRun.Result result) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.1f | %.1f | %.1f | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f |",
        cut,
        result.storedBytes() / MIB,
        result.mapBytes() / MIB,
        result.indexBytes() / MIB,
        result.filterBytes() / MIB,
        result.chunks() / 1e3,
        result.firstCpuPerGigabyte(),
        result.seriesCpuPerGigabyte(),
        result.oldest().amplification(),
        result.newest().amplification(),
        result.newest().cpuPerGigabyte(),
        result.randomReadCpuMicros());
  }

  /** The images in the order in which days go by. */
  private static List<Path> images(Path folder) throws IOException {
    List<Path> vms;
    try (var entries = Files.list(folder)) {
      vms = entries.filter(Files::isDirectory).sorted().toList();
    }
    List<Path> images = new ArrayList<>();
    int before = -1;
    for (int day = 1; images.size() > before; day++) {
      before = images.size();
      for (Path vm : vms) {
        Path image = vm.resolve("day" + day + ".raw");
        if (Files.isRegularFile(image)) {
          images.add(image);
        }
      }
    }
    if (images.isEmpty()) {
      throw new IOException("There is no VM/day1.raw in " + folder);
    }
    return images;
  }
}
