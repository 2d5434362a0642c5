package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** Every figure, as tables with tabs between: {@code steps.tsv} and {@code reads.tsv}. */
final class FigureFiles {

  private static final String STEPS =
      "tool\tstep\twall_s\tclient_cpu_s\tserver_cpu_s\tclient_peak_bytes\tserver_peak_bytes\t"
          + "sent_bytes\tstored_bytes\tstored_apparent_bytes\tstored_allocated_bytes\t"
          + "others_cpu_s\n";
  private static final String READS =
      "tool\tpass\treads\tbytes\tseconds\tp50_s\tp99_s\twrong\tcpu_s\tpeak_bytes\n";

  private FigureFiles() {}

  /** Writes both to a directory. */
  static void write(Figures figures, Path directory) throws IOException {
    StringBuilder steps = new StringBuilder(STEPS);
    for (Figures.Figure each : figures.all()) {
      Usage usage = each.usage();
      row(
          steps,
          each.tool(),
          each.step().key(),
          usage.wallSeconds(),
          usage.clientCpuSeconds(),
          usage.serverCpuSeconds(),
          usage.clientPeakBytes(),
          usage.serverPeakBytes(),
          known(each.sentBytes()),
          each.stored().bytes(),
          each.stored().apparentBytes(),
          each.stored().allocatedBytes(),
          usage.otherCpuSeconds());
    }
    Files.writeString(directory.resolve("steps.tsv"), steps);
    StringBuilder reads = new StringBuilder(READS);
    for (Figures.ReadFigure each : figures.reads()) {
      row(
          reads,
          each.tool(),
          each.pass().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          each.reads(),
          each.bytes(),
          each.seconds(),
          each.medianSeconds(),
          each.p99Seconds(),
          each.wrongReads(),
          each.cpuSeconds(),
          each.peakBytes());
    }
    Files.writeString(directory.resolve("reads.tsv"), reads);
  }

  private static String known(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "";
  }

  private static void row(StringBuilder text, Object... cells) {
    for (int i = 0; i < cells.length; i++) {
      text.append(i == 0 ? "" : "\t");
      text.append(
          cells[i] instanceof Double number
              ? String.format(Locale.ROOT, "%.6f", number)
              : cells[i].toString());
    }
    text.append('\n');
  }
}
