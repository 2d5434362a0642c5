package dozo.server.upkeep;

/** Hears of jobs, each on the job's own thread. */
public interface JobListener {

  /** A job is about to do its work. */
  void begun(UpkeepJob job);

  /** A job has ended, whichever way. */
  void ended(UpkeepJob job);
}
