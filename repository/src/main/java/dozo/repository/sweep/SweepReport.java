package dozo.repository.sweep;

import dozo.format.manifest.RestorePointId;
import java.util.List;

/**
 * What a sweep found and did. In a dry run, what it would have done.
 *
 * @param isDryRun whether nothing was done
 * @param isStopped whether it was stopped before its end
 * @param restorePoints how many restore points were walked, those in the trash included
 * @param live the chunks and map nodes that are needed
 * @param packs the packs at the beginning, but those written since
 * @param dead the packs that held nothing that is needed
 * @param compacted the packs that were rewritten, or are to be
 * @param written the packs that took what was needed of those
 * @param claimed packs that would have gone, but that a session relies on
 * @param wasteBytes about how many bytes of waste are left in packs
 * @param purgedRestorePoints the restore points that left the trash for good
 * @param purged the packs that left the trash for good
 * @param trash the packs that are in the trash now
 * @param isShortOfRoom whether packs were left as they are because there is no room for copies
 * @param damaged what is needed and cannot be had; 1,000 at the most
 * @param moreDamaged how many more there are
 * @param leftAlone packs that were not touched because they cannot be read whole
 */
public record SweepReport(
    boolean isDryRun,
    boolean isStopped,
    int restorePoints,
    Chunks live,
    Packs packs,
    Packs dead,
    Packs compacted,
    Packs written,
    Packs claimed,
    long wasteBytes,
    int purgedRestorePoints,
    Packs purged,
    Packs trash,
    boolean isShortOfRoom,
    List<Damage> damaged,
    long moreDamaged,
    int leftAlone) {

  /** Keeps a copy. */
  public SweepReport {
    damaged = List.copyOf(damaged);
  }

  /** By how many bytes the packs have become less, what is in the trash not counted among them. */
  public long retiredBytes() {
    return dead.bytes() + compacted.bytes() - written.bytes();
  }

  /**
   * Packs.
   *
   * @param count how many
   * @param bytes their length on storage
   */
  public record Packs(int count, long bytes) {

    /** No packs. */
    public static final Packs NONE = new Packs(0, 0);

    /** These and one more. */
    Packs plus(long moreBytes) {
      return new Packs(count + 1, bytes + moreBytes);
    }
  }

  /**
   * Chunks and map nodes.
   *
   * @param count how many
   * @param bytes their plain bytes
   */
  public record Chunks(long count, long bytes) {}

  /**
   * A chunk that a restore point needs and that cannot be had.
   *
   * @param restorePoint the first that was found to need it
   * @param name the disk or configuration file
   * @param chunk the chunk's id
   * @param isMissing whether it is in no pack; otherwise it is in a damaged segment, whose pack is
   *     kept in the trash for its set time, if it is not kept for repair
   */
  public record Damage(RestorePointId restorePoint, String name, String chunk, boolean isMissing) {}
}
