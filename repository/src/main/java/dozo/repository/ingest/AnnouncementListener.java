package dozo.repository.ingest;

import java.util.List;

/** Hears what becomes of announced runs, on the engine's threads. Must not block. */
public interface AnnouncementListener {

  /**
   * Runs that were announced together have been judged.
   *
   * @param offset where the first of them begins
   * @param verdicts one for each
   */
  void judged(long offset, List<Verdict> verdicts);

  /** So many runs that were not taken at once are settled, or no longer awaited. */
  void settled(int runs);
}
