package dozo.repository.sweep;

/** Hears how far a sweep is. Called on the sweeping thread, which waits. */
@FunctionalInterface
public interface SweepListener {

  /** Hears nothing. */
  SweepListener NONE = (phase, done, total) -> {};

  /** What a sweep does, in this order. */
  enum Phase {
    /** Finds what is needed; counts chunks and map nodes. */
    MARK,
    /** Retires packs that hold nothing that is needed; counts packs. */
    RETIRE,
    /** Copies what is needed out of packs that are mostly waste; counts packs. */
    COMPACT
  }

  /**
   * Some more is done.
   *
   * @param done how much of this phase
   * @param total how much there is at the most
   */
  void progress(Phase phase, long done, long total);
}
