package dozo.server.net;

import dozo.format.disk.PackedSource;

/**
 * A disk that a client has opened. It is closed when the client has let go of it and no job reads
 * from it any more.
 *
 * <p>Safe for use by several threads.
 */
final class OpenDisk {

  private final PackedSource source;
  private final boolean packed;
  private int users = 1;
  private boolean released;

  /**
   * Opens with one user, the client.
   *
   * @param packed whether the client takes segments
   */
  OpenDisk(PackedSource source, boolean packed) {
    this.source = source;
    this.packed = packed;
  }

  /** Whether the client takes segments. */
  boolean isPacked() {
    return packed;
  }

  PackedSource source() {
    return source;
  }

  /** Counts a job. Returns false if the disk is closed. */
  synchronized boolean use() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** A job has ended. */
  void unuse() {
    boolean last;
    synchronized (this) {
      last = --users == 0;
    }
    if (last) {
      source.close();
    }
  }

  /** The client lets go. */
  void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
    }
    unuse();
  }
}
