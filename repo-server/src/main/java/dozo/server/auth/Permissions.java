package dozo.server.auth;

import dozo.protocol.Role;
import dozo.protocol.message.MessageType;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which messages a role may send: the table of docs/protocol.md §8. Scope is judged where the VM is
 * known.
 */
public final class Permissions {

  private Permissions() {}

  /** Whether a client of that role may send messages of that type. */
  public static boolean allow(Role role, MessageType type) {
    return switch (type) {
      case HELLO, PING, PONG -> true;
      case BEGIN_SESSION,
          RESUME_SESSION,
          DATA,
          ZERO,
          KEEP,
          CHECK,
          CHUNKS,
          CONTENT,
          PROOF,
          END_STREAM,
          COMMIT,
          ABORT,
          TAKE_LEASE,
          END_LEASE ->
          role == Role.BACKUP || role == Role.ADMIN;
      case LIST_VMS, LIST_RESTORE_POINTS, LIST_LEASES -> true;
      case OPEN_DISK, READ_EXTENTS, READ_CHUNKS, READ_PRESENCE, CLOSE_DISK, COMPARE_DISK ->
          role == Role.RESTORE || role == Role.ADMIN;
      case WELCOME,
          GOING_AWAY,
          ERROR,
          SESSION,
          CREDIT,
          WANTED,
          PROGRESS,
          RECEIPT,
          LEASE_NOTED,
          LEASES,
          VMS,
          RESTORE_POINTS,
          DISK,
          EXTENTS,
          CHUNK,
          SEGMENT,
          CHUNK_FAILED,
          PRESENCE,
          COMPARISON ->
          false;
    };
  }

  /** The roles that may send messages of that type, in words; "none" for what servers send. */
  public static String rolesFor(MessageType type) {
    String roles =
        Stream.of(Role.values())
            .filter(role -> allow(role, type))
            .map(Role::word)
            .collect(Collectors.joining(" or "));
    return roles.isEmpty() ? "none" : roles;
  }

  /** Whether a role sees of a restore point what is more than names, ids and times. */
  public static boolean seesDetails(Role role) {
    return role != Role.BACKUP;
  }
}
