package dozo.repository.verify;

/** Hears how far verifying is. */
@FunctionalInterface
public interface VerifyListener {

  /** Hears nothing. */
  VerifyListener NONE = (done, total) -> {};

  /**
   * Some more is done.
   *
   * @param doneBytes how much data of disks and files has been gone over
   * @param totalBytes how much there is; what restore points share counts for each
   */
  void progress(long doneBytes, long totalBytes);
}
