package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** borg with zstd level 3, encryption, and its default chunks. */
final class BorgTool implements Tool {

  private final Workbench bench;
  private final Path repository;
  private final Path output;

  BorgTool(Workbench bench) {
    this.bench = bench;
    this.repository = bench.path("borg");
    this.output = bench.path("borg.out");
  }

  @Override
  public String name() {
    return "borg";
  }

  @Override
  public String description() {
    return Programs.firstLine("borg", "--version")
        + ", zstd,3, repokey-blake2, its default chunker";
  }

  @Override
  public Path repository() {
    return repository;
  }

  @Override
  public void open() throws IOException, InterruptedException {
    bench.set("BORG_PASSPHRASE", "comparison");
    bench.set("BORG_REPO", repository.toString());
    bench.set("BORG_BASE_DIR", bench.path("borg-home").toString());
    bench.run(List.of("borg", "init", "-e", "repokey-blake2"));
  }

  @Override
  public Backup backUp(String vm, String label, Path disk)
      throws IOException, InterruptedException {
    // With its cache of files it would not read a file whose times are the same.
    List<String> words =
        List.of(
            "borg",
            "create",
            "--files-cache",
            "disabled",
            "-C",
            "zstd,3",
            "::" + label,
            disk.getFileName() + "");
    return new Backup(
        bench.measure(words, Programs.parentOf(disk), output, Optional.empty()),
        OptionalLong.empty());
  }

  @Override
  public Usage restore(String label, Path directory) throws IOException, InterruptedException {
    return bench.measure(
        List.of("borg", "extract", "--sparse", "::" + label), directory, output, Optional.empty());
  }

  @Override
  public Mounted mount(String label) throws IOException, InterruptedException {
    Path point = bench.mountPoint("borg-mount");
    Daemon mounter =
        new Daemon(
            bench.start(List.of("borg", "mount", "-f", "::" + label, point.toString())),
            Duration.ZERO);
    return new Mounted(bench, point, point.resolve(Series.DISK), mounter, List.of()).awaitFile();
  }

  @Override
  public void close() throws IOException {
    bench.delete(repository);
    bench.delete(bench.path("borg-home"));
  }
}
