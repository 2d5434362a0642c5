package dozo.server.audit;

import dozo.server.auth.Principal;
import java.util.Optional;

/**
 * Who acts.
 *
 * @param kind how it is known who it is
 * @param id of a token
 * @param name for people; chosen by whoever made the token, or the system's name of a user
 * @param role of a token
 * @param from the address that it came from
 */
public record Actor(
    Kind kind,
    Optional<String> id,
    Optional<String> name,
    Optional<String> role,
    Optional<String> from) {

  /** How it is known who acts. */
  public enum Kind {
    /** By a token. */
    TOKEN,
    /** By the kernel, on the server's Unix socket. */
    LOCAL,
    /** By whom the process belongs to that works on the directory. */
    USER,
    /** It is the server itself. */
    SERVER,
    /** It is not known. */
    NOBODY
  }

  /** The server by itself. */
  public static final Actor SERVER =
      new Actor(
          Kind.SERVER, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Somebody who was let in. */
  public static Actor of(Principal principal, Optional<String> from) {
    boolean isLocal = principal.equals(Principal.LOCAL);
    return new Actor(
        isLocal ? Kind.LOCAL : Kind.TOKEN,
        isLocal ? Optional.empty() : Optional.of(principal.id().toString()),
        Optional.of(principal.name()),
        Optional.of(principal.role().word()),
        from);
  }

  /** Somebody who was not let in. */
  public static Actor nobody(String from) {
    return new Actor(
        Kind.NOBODY, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(from));
  }

  /** Whoever runs this process. */
  public static Actor user() {
    return new Actor(
        Kind.USER,
        Optional.empty(),
        Optional.of(System.getProperty("user.name", "unknown")),
        Optional.empty(),
        Optional.empty());
  }
}
