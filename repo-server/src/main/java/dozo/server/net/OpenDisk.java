package dozo.server.net;

import dozo.format.disk.ChunkSource;

/**
 * A disk that a client has opened. It is closed when the client has let go of it and no job reads
 * from it any more.
 *
 * <p>Safe for use by several threads.
 */
final class OpenDisk {

  private final ChunkSource source;
  private int users = 1;
  private boolean released;

  /** Opens with one user, the client. */
  OpenDisk(ChunkSource source) {
    this.source = source;
  }

  ChunkSource source() {
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
