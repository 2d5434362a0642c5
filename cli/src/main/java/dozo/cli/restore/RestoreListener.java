package dozo.cli.restore;

/** Is told how far a restore has come. */
@FunctionalInterface
public interface RestoreListener {

  /**
   * Called by the restoring thread after each window.
   *
   * @param position every byte of the disk before it was written
   * @param dataBytes bytes that were fetched by this run
   */
  void progressed(long position, long dataBytes);
}
