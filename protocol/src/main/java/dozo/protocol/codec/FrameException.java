package dozo.protocol.codec;

import io.netty.handler.codec.DecoderException;

/**
 * The peer sent what is no frame, or none that may come now. What follows cannot be made sense of,
 * so the connection has to end with {@code ERROR protocol}.
 */
public final class FrameException extends DecoderException {

  private static final long serialVersionUID = 1;

  /** Says what was wrong, for the peer and the log, without repeating its bytes. */
  public FrameException(String message) {
    super(message);
  }
}
