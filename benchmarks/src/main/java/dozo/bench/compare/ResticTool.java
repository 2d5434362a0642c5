package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** restic, as it comes: its default compression and chunks. */
final class ResticTool implements Tool {

  private final Workbench bench;
  private final Path repository;
  private final Path output;

  ResticTool(Workbench bench) {
    this.bench = bench;
    this.repository = bench.path("restic");
    this.output = bench.path("restic.out");
  }

  @Override
  public String name() {
    return "restic";
  }

  @Override
  public String description() {
    String[] words = Programs.firstLine("restic", "version").split(" ", -1);
    return "restic " + (words.length > 1 ? words[1] : "") + ", its default compression";
  }

  @Override
  public Path repository() {
    return repository;
  }

  @Override
  public void open() throws IOException, InterruptedException {
    bench.set("RESTIC_PASSWORD", "comparison");
    bench.set("RESTIC_REPOSITORY", repository.toString());
    bench.set("RESTIC_CACHE_DIR", bench.path("restic-cache").toString());
    bench.run(List.of("restic", "-q", "init"));
  }

  @Override
  public Backup backUp(String vm, String label, Path disk)
      throws IOException, InterruptedException {
    Path directory = Programs.parentOf(disk);
    String file = disk.getFileName() + "";
    // Without --force it would not read a file whose times are the same.
    List<String> words =
        List.of("restic", "-q", "backup", "--force", "--host", vm, "--tag", label, file);
    return new Backup(
        bench.measure(words, directory, output, Optional.empty()), OptionalLong.empty());
  }

  @Override
  public Usage restore(String label, Path directory) throws IOException, InterruptedException {
    List<String> words =
        List.of("restic", "-q", "restore", "latest", "--tag", label, "--target", directory + "");
    return bench.measure(words, directory, output, Optional.empty());
  }

  @Override
  public Mounted mount(String label) throws IOException, InterruptedException {
    Path point = bench.mountPoint("restic-mount");
    Daemon mounter =
        new Daemon(bench.start(List.of("restic", "-q", "mount", point.toString())), Duration.ZERO);
    Path file = point.resolve("tags").resolve(label).resolve("latest").resolve(Series.DISK);
    return new Mounted(bench, point, file, mounter, List.of()).awaitFile();
  }

  @Override
  public void close() throws IOException {
    bench.delete(repository);
    bench.delete(bench.path("restic-cache"));
  }
}
