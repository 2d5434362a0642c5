package dozo.client.source;

import dozo.format.Fault;

/**
 * A source was written to, or changed its size, while it was read: the bytes read belong to no one
 * instant, and no restore point is made of them.
 */
public final class SourceChangedException extends SourceException {

  /** Tells the fault. */
  public SourceChangedException(Fault fault) {
    super(fault, null);
  }
}
