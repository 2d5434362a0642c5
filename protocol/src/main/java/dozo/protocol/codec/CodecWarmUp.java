package dozo.protocol.codec;

import dozo.protocol.message.MessageType;
import java.util.Set;

/** Gets the reading and writing of control messages ready before the first one comes. */
public final class CodecWarmUp {

  private CodecWarmUp() {}

  /**
   * Does so, in the set's order.
   *
   * @throws IllegalArgumentException if one is no control message
   */
  public static void run(Set<MessageType> messages) {
    messages.forEach(ControlCodec::prepare);
  }
}
