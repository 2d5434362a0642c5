package dozo.client.source;

import dozo.format.Fault;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be backed up cannot be had as it has to be. The family is closed, so that a command
 * can give each kind its exit code.
 */
public abstract sealed class SourceException extends IOException
    permits SourceUnreadableException, SourceChangedException, SourceInconsistentException {

  private final transient Fault fault;

  SourceException(Fault fault, @Nullable Throwable cause) {
    super(fault.toString(), cause);
    this.fault = fault;
  }

  /** What there is to tell, in parts. The message is its text. */
  public final Fault fault() {
    return fault;
  }
}
