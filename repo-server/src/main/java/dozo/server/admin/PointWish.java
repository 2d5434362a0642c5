package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.server.auth.Principal;
import dozo.server.listing.RestorePointQuery;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.upkeep.JsonMembers;
import java.util.List;
import java.util.Optional;

/**
 * Which restore point a client wants mounted or served: one, or the latest of a VM.
 *
 * @param vm the VM's name or id
 * @param namespace the VM's; any if it is empty
 */
record PointWish(
    Optional<RestorePointId> restorePoint, Optional<String> vm, Optional<String> namespace) {

  private static final int NOT_FOUND = 404;

  PointWish {
    if (restorePoint.isPresent() && vm.isPresent()) {
      throw new IllegalArgumentException(
          "It is of one \"restorePoint\", or of the latest of one \"vm\", not of both");
    }
    if (namespace.isPresent() && vm.isEmpty()) {
      throw new IllegalArgumentException("The member namespace goes with vm");
    }
  }

  /** Takes the members that say which. */
  static PointWish take(JsonMembers members) {
    return new PointWish(
        members.text("restorePoint").map(RestorePointId::parse),
        members.text("vm"),
        members.text("namespace"));
  }

  /** Whether it names any. */
  boolean isGiven() {
    return restorePoint.isPresent() || vm.isPresent();
  }

  /**
   * The restore point among those that the caller may see.
   *
   * @throws ProblemException if it is none of them
   */
  RestorePoint find(VisibleRestorePoints visible, Principal caller) throws ProblemException {
    Optional<RestorePoint> found =
        restorePoint.isPresent()
            ? visible.find(caller, restorePoint.get())
            : latest(visible, caller, vm.orElseThrow());
    return found.orElseThrow(() ->
        new ProblemException(
            NOT_FOUND,
            restorePoint.isPresent()
                ? "There is no restore point " + restorePoint.get()
                : "There is no VM " + vm.orElseThrow()));
  }

  private Optional<RestorePoint> latest(
      VisibleRestorePoints visible, Principal caller, String named) {
    RestorePointQuery query =
        new RestorePointQuery(
            namespace, Optional.empty(), Optional.empty(), RestorePointQuery.MAXIMUM_LIMIT);
    List<RestorePoint> points;
    Optional<RestorePoint> latest = Optional.empty();
    do {
      points = visible.list(caller, query);
      for (RestorePoint point : points) {
        if (!point.vm().id().toString().equals(named) && !point.vm().name().equals(named)) {
          continue;
        }
        if (latest.isPresent() && !latest.get().vm().isSameVm(point.vm())) {
          throw new IllegalArgumentException(
              "There are several VMs named " + named + "; give the VM's id and namespace");
        }
        latest = Optional.of(point);
      }
      if (!points.isEmpty()) {
        query =
            new RestorePointQuery(
                namespace,
                Optional.empty(),
                Optional.of(points.getLast().id()),
                RestorePointQuery.MAXIMUM_LIMIT);
      }
    } while (points.size() == RestorePointQuery.MAXIMUM_LIMIT);
    return latest;
  }
}
