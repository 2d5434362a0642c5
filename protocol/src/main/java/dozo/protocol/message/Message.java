package dozo.protocol.message;

/** One of the messages of docs/protocol.md. */
public sealed interface Message
    permits ConnectionMessage,
        SessionMessage,
        LeaseMessage,
        ListingMessage,
        ReadingMessage,
        Unreadable {

  /** Its type on the wire. */
  MessageType type();
}
