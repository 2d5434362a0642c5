package dozo.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dozo.bench.compare.MountFigures.Row;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The loads on a mount in their short form, with Dozo alone, as a process of its own: what it
 * promises to measure, and that it leaves nothing behind however it ends.
 */
final class MountBenchIT {

  private static final String FIO = "fio";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void requirePrograms() {
    List<String> missing = new ArrayList<>(Programs.missingFor("dozo"));
    missing.addAll(Programs.missingForLoads());
    assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing);
    assumeTrue(Programs.canMount(), "SKIPPED: /dev/fuse cannot be opened, mounts are NOT tested");
  }

  @AfterEach
  void endWhatATestLeft() {
    started.forEach(Process::destroy);
  }

  @Test
  void measuresEveryRowAndLeavesNothingBehind() throws Exception {
    Process bench = start(directory);

    assertThat(ended(bench)).as(this::said).isZero();

    assertNothingIsLeft();
    String report = Files.readString(out().resolve("report.md"));
    List<List<String>> figures = figures();
    assertThat(report).doesNotContain(directory.toString()).doesNotContain("NaN");
    for (Row row : Row.values()) {
      assertThat(report).contains("| " + row.title() + " | Dozo |");
      assertThat(figures).anySatisfy(each -> assertMeasured(each, "Dozo", row));
    }
    for (Row row : Set.of(Row.SEQUENTIAL, Row.UNCACHED, Row.CACHED, Row.WRITES)) {
      assertThat(report).contains("| " + row.title() + " | " + MountLoads.PLAIN + " |");
      assertThat(figures).anySatisfy(each -> assertMeasured(each, MountLoads.PLAIN, row));
    }
    for (String start :
        List.of(MountStarts.JAVA, MountStarts.COMMAND, MountStarts.SMALL, MountStarts.LARGE)) {
      assertThat(report).contains("| " + start + " |");
      assertThat(figures)
          .anySatisfy(each -> {
            assertThat(each.subList(0, 2)).containsExactly("start", start);
            assertThat(Double.parseDouble(each.get(5))).isPositive();
          });
    }
  }

  @Test
  void tellsWhatWasMeasuredBeforeALoadFailed() throws Exception {
    Path programs = Files.createDirectory(directory.resolve("programs"));
    BuiltDozo.script(
        programs.resolve(FIO),
        """
        case " $* " in *--filename=*/dozo-mount/*--rw=randread*) echo no luck >&2; exit 1 ;; esac
        exec %s "$@\"\
        """
            .formatted(program(FIO)));

    Process bench = start(programs);

    assertThat(ended(bench)).as(this::said).isEqualTo(69);
    assertThat(said()).contains("dozo bench mount: dozo: 'fio ", "ended with 1", "no luck");
    assertNothingIsLeft();
    assertThat(Files.readString(out().resolve("report.md")))
        .contains("| " + Row.SEQUENTIAL.title() + " | Dozo |")
        .doesNotContain("| " + Row.UNCACHED.title() + " | Dozo |");
  }

  @Test
  void cleansUpWhenItIsToldToEnd() throws Exception {
    Process bench = start(directory);
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(bench.isAlive()).as(this::said).isTrue())
        .until(() -> ours().anyMatch(line -> line.matches(".*--filename=\\S*/dozo-mount/.*")));

    bench.destroy();

    assertThat(ended(bench)).as(this::said).isEqualTo(128 + 15);
    assertNothingIsLeft();
    assertThat(out().resolve("report.md")).doesNotExist();
  }

  /**
   * Starts the command.
   *
   * @param programs a directory whose programs come before the system's
   */
  private Process start(Path programs) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(words::add);
    words.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    words.add("-D" + DozoTool.PROGRAM_PROPERTY + "=" + BuiltDozo.in(directory));
    words.add(MountBenchCommand.class.getName());
    words.addAll(List.of("--quick", "--tools", "dozo", "--out", out().toString()));
    words.addAll(List.of("--scratch", Files.createDirectory(scratch()).toString()));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    builder.redirectErrorStream(true).redirectOutput(log().toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static int ended(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
    // What was told to end is given a moment to do so.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ours()).isEmpty());
    assertThat(scratch()).isEmptyDirectory();
    try (Stream<Path> left = Files.list(out())) {
      assertThat(left).allMatch(Files::isRegularFile);
    }
  }

  /** The command lines of all processes that work in the directory of this test. */
  private Stream<String> ours() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(scratch().toString()) || line.contains(out().toString()));
  }

  private static void assertMeasured(List<String> line, String tool, Row row) {
    String name = row.name().toLowerCase(Locale.ROOT).replace('_', '-');
    assertThat(line.subList(0, 2)).containsExactly(tool, name);
    assertThat(line.subList(2, 7))
        .allSatisfy(figure -> assertThat(Double.parseDouble(figure)).isPositive());
  }

  private List<List<String>> figures() throws IOException {
    try (Stream<String> lines = Files.lines(out().resolve("figures.tsv"))) {
      return lines.skip(1).map(line -> Arrays.asList(line.split("\t", -1))).toList();
    }
  }

  private static Path program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private Path scratch() {
    return directory.resolve("scratch");
  }

  private Path out() {
    return directory.resolve("out");
  }

  private Path log() {
    return directory.resolve("log");
  }

  private String said() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return "nothing: " + e.getMessage();
    }
  }
}
