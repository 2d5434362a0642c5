package dozo.repository.ingest;

import dozo.format.splice.BaseDisk;

/** A base that a session has opened. Its restore point is not forgotten until it is closed. */
public interface OpenBase extends BaseDisk, AutoCloseable {

  /** Lets go of the restore point. */
  @Override
  void close();
}
