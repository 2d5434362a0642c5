package dozo.cli.job;

import java.time.Duration;
import java.util.List;

/**
 * Commands around the backup of a VM, each as its words; an empty one is none.
 *
 * @param makes what {@code before} makes and {@code after} removes, in words by which an admin
 *     finds it; empty if nothing. The server knows of it until {@code after} has ended well
 * @param before is run first; if it fails, there is no backup
 * @param postCommit is run once the restore point exists, with the receipt on its standard input
 * @param after is run last, however it went
 * @param timeout how long each may take
 */
public record Hooks(
    String makes,
    List<String> before,
    List<String> postCommit,
    List<String> after,
    Duration timeout) {

  /** Nothing is run. */
  public static final Hooks NONE =
      new Hooks("", List.of(), List.of(), List.of(), Duration.ofHours(1));

  /** Keeps copies. */
  public Hooks {
    before = List.copyOf(before);
    postCommit = List.copyOf(postCommit);
    after = List.copyOf(after);
  }
}
