package dozo.repository.verify;

/** Hears how far verifying is. */
@FunctionalInterface
public interface VerifyListener {

  /** Hears nothing. */
  VerifyListener NONE = (phase, done, total) -> {};

  /** What is being done, in this order; not every phase is needed each time. */
  enum Phase {
    /** The maps of restore points are walked, to see which segments they need. */
    FINDING,
    /** Packs are read. */
    READING,
    /** The maps are walked, to tell which restore points damage breaks. */
    TELLING
  }

  /**
   * Some more is done.
   *
   * @param doneBytes how much of the packs has been read, or how much data of disks and files been
   *     gone over
   * @param totalBytes how much there is in this phase; what restore points share counts for each
   */
  void progress(Phase phase, long doneBytes, long totalBytes);
}
