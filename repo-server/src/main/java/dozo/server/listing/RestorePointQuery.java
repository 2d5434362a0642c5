package dozo.server.listing;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.util.Optional;
import java.util.UUID;

/**
 * Which restore points are asked for.
 *
 * @param namespace only of this namespace
 * @param vm only of this VM
 * @param after only those that come behind it in the order asked for
 * @param limit how many at the most, 1 to 10,000
 * @param newestFirst whether they come by descending id
 */
public record RestorePointQuery(
    Optional<String> namespace,
    Optional<UUID> vm,
    Optional<RestorePointId> after,
    int limit,
    boolean newestFirst) {

  /** The most that one query may ask for. */
  public static final int MAXIMUM_LIMIT = 10_000;

  /** Checks the limit. */
  public RestorePointQuery {
    if (limit < 1 || limit > MAXIMUM_LIMIT) {
      throw new IllegalArgumentException("The limit is 1 to 10,000, not " + limit);
    }
  }

  /** The same question with the oldest first. */
  public RestorePointQuery(
      Optional<String> namespace, Optional<UUID> vm, Optional<RestorePointId> after, int limit) {
    this(namespace, vm, after, limit, false);
  }

  boolean matches(RestorePoint point) {
    return (namespace.isEmpty() || namespace.get().equals(point.vm().namespace()))
        && (vm.isEmpty() || vm.get().equals(point.vm().id()))
        && (after.isEmpty() || isBehind(after.get(), point.id()));
  }

  private boolean isBehind(RestorePointId cursor, RestorePointId id) {
    return newestFirst ? id.compareTo(cursor) < 0 : id.compareTo(cursor) > 0;
  }
}
