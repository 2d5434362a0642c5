package dozo.server.mounts;

/** Follows work on an overlay, and may end it. Called on the thread that works. */
public interface OverlayWork {

  /**
   * Some more is done.
   *
   * @param phase what is being done, in one word
   * @param totalBytes the whole of it, or 0 while nobody knows
   */
  void progress(String phase, long doneBytes, long totalBytes);

  /** Whether it is to end soon, and leave nothing half done. */
  boolean isStopped();
}
