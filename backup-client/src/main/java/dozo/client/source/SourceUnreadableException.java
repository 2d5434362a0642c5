package dozo.client.source;

import dozo.format.Fault;
import org.jspecify.annotations.Nullable;

/** A source is not there, may not be opened, is not what it was said to be, or fails to read. */
public final class SourceUnreadableException extends SourceException {

  /** Tells the fault and keeps what led to it. */
  public SourceUnreadableException(Fault fault, @Nullable Throwable cause) {
    super(fault, cause);
  }
}
