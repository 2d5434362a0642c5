package dozo.client.leftover;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The journals of one host, and what sweeps them. */
public final class Journals {

  /**
   * How a sweep went.
   *
   * @param swept what was removed
   * @param failures what could not be, as messages; it is still there
   * @param busy how many journals belong to backups that are under way
   */
  public record Sweep(List<Swept> swept, List<String> failures, int busy) {}

  private final Path directory;
  private final List<Sweeper> sweepers;

  /** Names the directory, which need not be there, and who understands what is in it. */
  public Journals(Path directory, List<Sweeper> sweepers) {
    this.directory = directory;
    this.sweepers = List.copyOf(sweepers);
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** Sweeps all journals whose owners have died. */
  public Sweep sweep() throws IOException {
    return sweep(_ -> true);
  }

  /** Sweeps those journals of dead owners that are chosen; the rest stays as it is. */
  public Sweep sweep(Predicate<Journal> chosen) throws IOException {
    List<Swept> swept = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    int busy = 0;
    for (Path file : files()) {
      try {
        Optional<Journal> journal = Journal.take(file);
        if (journal.isEmpty()) {
          busy += Files.exists(file) ? 1 : 0;
          continue;
        }
        try (Journal taken = journal.get()) {
          if (chosen.test(taken)) {
            swept.add(sweep(taken));
          }
        }
      } catch (IOException e) {
        failures.add(file.getFileName() + ": " + e.getMessage());
      }
    }
    return new Sweep(List.copyOf(swept), List.copyOf(failures), busy);
  }

  /** Sweeps one journal that was taken, and removes it. */
  public Swept sweep(Journal journal) throws IOException {
    Sweeper sweeper =
        sweepers.stream()
            .filter(each -> each.kind().equals(journal.kind()))
            .findFirst()
            .orElseThrow(() ->
                new IOException(
                    "Nobody here knows how to remove what a journal of kind \""
                        + journal.kind()
                        + "\" names. What to do: use the version of Dozo that wrote it."));
    Swept swept = sweeper.sweep(journal);
    journal.finish();
    return swept;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + Journal.SUFFIX)) {
        all.forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }
}
