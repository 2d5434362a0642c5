package dozo.format;

/** The kinds of fault that a server tells its clients, in the words of docs/protocol.md §3. */
public enum ErrorCode {
  /** The token is unknown, expired or revoked; the answer is the same for all three. */
  UNAUTHENTICATED,
  /** The token's role does not allow the message. */
  FORBIDDEN,
  /** There is no such thing, or the token's scope does not admit it. */
  NOT_FOUND,
  /** The request contradicts itself or a bound of its members. */
  INVALID,
  /** More was sent than was announced or is allowed. */
  TOO_LARGE,
  /** A frame that may not come, or may not come now. */
  PROTOCOL,
  /** The two sides speak no common version. */
  VERSION,
  /** A limit of the server is reached for the moment. */
  BUSY,
  /** The repository's file system is full. */
  NO_SPACE,
  /** Stored bytes do not authenticate. */
  CORRUPT,
  /** A chunk that a restore point names is in no pack. */
  MISSING_CHUNK,
  /** A range that was said to be as in the base is not. */
  BASE_MISMATCH,
  /** The session is not known, or not any more. */
  SESSION_GONE,
  /** Another session of the same consistency group has ended, and this one with it. */
  GROUP_BROKEN,
  /** The server drains and begins nothing new. */
  SHUTTING_DOWN,
  /** A fault of the server itself; its log says which. */
  INTERNAL;

  /** The word for it in messages. */
  public String word() {
    return switch (this) {
      case UNAUTHENTICATED -> "unauthenticated";
      case FORBIDDEN -> "forbidden";
      case NOT_FOUND -> "not-found";
      case INVALID -> "invalid";
      case TOO_LARGE -> "too-large";
      case PROTOCOL -> "protocol";
      case VERSION -> "version";
      case BUSY -> "busy";
      case NO_SPACE -> "no-space";
      case CORRUPT -> "corrupt";
      case MISSING_CHUNK -> "missing-chunk";
      case BASE_MISMATCH -> "base-mismatch";
      case SESSION_GONE -> "session-gone";
      case GROUP_BROKEN -> "group-broken";
      case SHUTTING_DOWN -> "shutting-down";
      case INTERNAL -> "internal";
    };
  }

  /** Reads a code from its word. A word that a later version added reads as {@link #INTERNAL}. */
  public static ErrorCode parse(String word) {
    for (ErrorCode code : values()) {
      if (code.word().equals(word)) {
        return code;
      }
    }
    return INTERNAL;
  }
}
