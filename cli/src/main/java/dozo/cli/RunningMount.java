package dozo.cli;

import dozo.format.manifest.RestorePoint;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a process shows of a repository, and where. Texts are empty where there is nothing to say.
 *
 * @param place the mount point, or the address of an export
 * @param restorePoint the id of what it shows; empty for all
 * @param vm the VM's name; empty for all
 * @param overlay the overlay's id; empty if it is read-only
 * @param overlayName the overlay's name; empty if it is read-only
 * @param server the repository whose server began it; empty if a command did
 * @param token the name of the token for which the server did
 * @param since when it began
 */
record RunningMount(
    String place,
    String restorePoint,
    String vm,
    String overlay,
    String overlayName,
    String server,
    String token,
    Instant since) {

  /** Something read-only that a command shows from now on. */
  static RunningMount of(String place, @Nullable RestorePoint point) {
    return new RunningMount(
        place,
        point == null ? "" : point.id().toString(),
        point == null ? "" : point.vm().name(),
        "",
        "",
        "",
        "",
        Instant.now());
  }

  /** The same with an overlay that is written to. */
  RunningMount over(String id, String name) {
    return new RunningMount(place, restorePoint, vm, id, name, server, token, since);
  }

  /** The same, begun by a server for a token. */
  RunningMount begunBy(String repository, String tokenName) {
    return new RunningMount(
        place, restorePoint, vm, overlay, overlayName, repository, tokenName, since);
  }
}
