package dozo.repository.keyless;

import java.nio.file.Path;
import java.util.List;

/**
 * What a check without a key found.
 *
 * @param packs how many packs were read
 * @param segments how many of their segments have sound sealed bytes
 * @param files how many other files were read
 * @param bytes how much was read
 * @param damages what is wrong, in the order of the files' names
 */
public record KeylessReport(
    int packs, long segments, int files, long bytes, List<FileDamage> damages) {

  /** Keeps a copy. */
  public KeylessReport {
    damages = List.copyOf(damages);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return damages.isEmpty();
  }

  /**
   * A range of a file that is not as it was written.
   *
   * @param file the file
   * @param offset where the range begins
   * @param lengthBytes how long it is; 0 if that cannot be told
   * @param what what is wrong, as a sentence without its full stop
   */
  public record FileDamage(Path file, long offset, long lengthBytes, String what) {}
}
