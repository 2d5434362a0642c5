package dozo.server.mounts;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A mount of this host, or an export by NBD.
 *
 * @param id names it for as long as the host is up
 * @param place the mount point, or the address of an export: {@code nbd+unix://?socket=FILE}, or
 *     {@code nbd://HOST:PORT}
 * @param restorePoint what it shows; empty if that is all, or not known
 * @param vm the VM's name when it was mounted; empty if it shows all, or that is not known
 * @param overlay the name of the overlay that is written to; empty if it is read-only
 * @param condition whether that takes writes; empty if it is read-only
 * @param process the number of the process that serves it, or did; 0 if it is not known
 * @param since when it was mounted; empty if that is not known
 * @param server the repository whose server began it; empty if a command did
 * @param token the name of the token for which the server did; empty if a command did
 */
public record HostMount(
    String id,
    String place,
    State state,
    Optional<RestorePointId> restorePoint,
    String vm,
    Optional<String> overlay,
    Optional<Condition> condition,
    long process,
    Optional<Instant> since,
    Optional<UUID> server,
    String token) {

  /** Whether it is an export. */
  public boolean isExport() {
    return !place.startsWith("/");
  }

  /**
   * Whether an overlay takes writes.
   *
   * @param state {@code sound}, {@code full} or {@code out of use}
   * @param cause why it takes none; empty if it does
   */
  public record Condition(String state, String cause) {}

  /** Whether it can be used. */
  public enum State {
    /** Its process has not mounted yet. */
    STARTING,
    /** Its process serves it. */
    LIVE,
    /** Its process is gone. Nobody is held up by it any more, and nothing is to be seen there. */
    DEAD,
    /** The kernel has it, and nothing says who serves it. */
    UNKNOWN
  }
}
