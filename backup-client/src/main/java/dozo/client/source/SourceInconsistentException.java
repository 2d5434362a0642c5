package dozo.client.source;

import dozo.format.Fault;

/** A checkpoint was made, and is less consistent than it is required to be. */
public final class SourceInconsistentException extends SourceException {

  /** Tells the fault. */
  public SourceInconsistentException(Fault fault) {
    super(fault, null);
  }
}
