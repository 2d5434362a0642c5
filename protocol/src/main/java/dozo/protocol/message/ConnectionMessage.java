package dozo.protocol.message;

import dozo.format.ErrorCode;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What concerns the connection: docs/protocol.md §3. */
public sealed interface ConnectionMessage extends Message {

  /**
   * A client's first word.
   *
   * @param version of the protocol
   * @param client what the client is, for logs
   * @param token left out on a Unix socket by those whom the kernel vouches for
   */
  record Hello(int version, String client, @Nullable Secret token) implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.HELLO;
    }
  }

  /**
   * The server's answer to a client that it lets in.
   *
   * @param version of the protocol
   * @param server what the server is, for logs
   * @param repository the repository's id
   * @param role what the client's token is for
   * @param maxFrameBytes the largest value of a frame's length field
   * @param pingSeconds how long a client may be silent before it pings
   */
  record Welcome(
      int version, String server, UUID repository, Role role, int maxFrameBytes, int pingSeconds)
      implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.WELCOME;
    }
  }

  /** Asks whether the other side is there. */
  record Ping() implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.PING;
    }
  }

  /** Says so. */
  record Pong() implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.PONG;
    }
  }

  /**
   * The server drains: no new sessions, running ones may end.
   *
   * @param reason why
   */
  record GoingAway(String reason) implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.GOING_AWAY;
    }
  }

  /**
   * An error, on the channel that it concerns. It ends what that channel stands for, and on channel
   * 0 the connection.
   *
   * @param code what kind of fault
   * @param message for a person
   * @param retry whether the same may succeed later without a change
   */
  record Failure(ErrorCode code, String message, boolean retry) implements ConnectionMessage {
    @Override
    public MessageType type() {
      return MessageType.ERROR;
    }
  }
}
