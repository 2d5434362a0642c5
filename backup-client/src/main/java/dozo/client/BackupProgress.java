package dozo.client;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How far a backup has come.
 *
 * @param diskBytes the size of all disks and files
 * @param dataBytes how much of that is not known to be holes, and has to be read
 * @param readBytes how much of the data was read and handed to the network
 * @param sentBytes how many bytes of data went over the network, compressed or not, and what named
 *     those that did not go; after a lost connection some may have gone twice
 * @param transfers the ways by which they went: one, both, or none yet
 * @param newBytes the plain bytes of chunks that the server did not have yet
 * @param duplicateBytes the plain bytes of chunks that it had
 * @param storedBytes what the new ones took in the repository
 */
public record BackupProgress(
    long diskBytes,
    long dataBytes,
    long readBytes,
    long sentBytes,
    SortedSet<Transfer> transfers,
    long newBytes,
    long duplicateBytes,
    long storedBytes) {

  /** Keeps a copy. */
  public BackupProgress {
    transfers = Collections.unmodifiableSortedSet(new TreeSet<>(transfers));
  }

  /** The ways by which data went, in a word. */
  public String transfer() {
    return transfers.stream().map(Transfer::word).collect(Collectors.joining("+"));
  }
}
