package dozo.client.leftover;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

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

  private static final Logger LOG = LoggerFactory.getLogger(Journals.class);

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

  /**
   * Sweeps what earlier backups of one machine have left, as the next one does before it begins.
   *
   * @param sweeper understands journals of its kind
   * @param isOfMachine whether the plan of such a journal is one for that machine
   * @return what could not be removed, as a sentence without its end
   */
  public static Optional<String> clear(
      Path directory, Sweeper sweeper, Predicate<ObjectNode> isOfMachine) throws IOException {
    Sweep sweep =
        new Journals(directory, List.of(sweeper))
            .sweep(journal ->
                journal.kind().equals(sweeper.kind()) && isOfMachine.test(journal.plan()));
    for (Swept swept : sweep.swept()) {
      LOG.warn("swept checkpoint={} actions={}", swept.id(), swept.actions());
    }
    return sweep.failures().isEmpty()
        ? Optional.empty()
        : Optional.of("What an earlier backup left cannot be removed: " + sweep.failures());
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
