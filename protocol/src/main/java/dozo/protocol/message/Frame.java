package dozo.protocol.message;

/**
 * A message and the channel that it travels on.
 *
 * @param channel a u32: 0 the connection, 1 to 2³¹-1 numbered by the client, negative as an {@code
 *     int} those numbered by the server
 * @param message the message
 */
public record Frame(int channel, Message message) {

  /** The channel of messages that concern the connection itself. */
  public static final int CONNECTION = 0;

  /** The first channel that a server assigns. */
  public static final int FIRST_OF_SERVER = Integer.MIN_VALUE;

  /** A message that concerns the connection itself. */
  public static Frame ofConnection(Message message) {
    return new Frame(CONNECTION, message);
  }
}
