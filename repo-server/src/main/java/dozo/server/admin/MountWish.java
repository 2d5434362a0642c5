package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.server.auth.Principal;
import dozo.server.listing.RestorePointQuery;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.mounts.MountForm;
import dozo.server.mounts.MountForm.Reading;
import dozo.server.mounts.MountForm.Writing;
import dozo.server.mounts.MountOrder;
import dozo.server.mounts.MountOrder.Rights;
import dozo.server.upkeep.JsonMembers;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client wants mounted: one restore point, the latest of a VM, or all.
 *
 * @param vm the VM's name or id
 * @param namespace the VM's; any if it is empty
 * @param directory the name of the mount point; the usual one if it is empty
 * @param form how disks are shown, and whether they are written to
 * @param rights who may look inside
 */
record MountWish(
    Optional<RestorePointId> restorePoint,
    Optional<String> vm,
    Optional<String> namespace,
    boolean all,
    Optional<String> directory,
    MountForm form,
    Rights rights) {

  private static final int NOT_FOUND = 404;
  private static final String ALL = "all";

  MountWish {
    int said = (restorePoint.isPresent() ? 1 : 0) + (vm.isPresent() ? 1 : 0) + (all ? 1 : 0);
    if (said != 1) {
      throw new IllegalArgumentException(
          "A mount is of one \"restorePoint\", of the latest of one \"vm\", or of \"all\"");
    }
    if (namespace.isPresent() && vm.isEmpty()) {
      throw new IllegalArgumentException("The member namespace goes with vm");
    }
  }

  /**
   * Reads what is wanted.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  static MountWish parse(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "mount");
    MountWish wish =
        new MountWish(
            members.text("restorePoint").map(RestorePointId::parse),
            members.text("vm"),
            members.text("namespace"),
            members.flag(ALL),
            members.text("directory"),
            form(members),
            new Rights(members.text("owner"), members.text("mode")));
    members.requireAllTaken();
    return wish;
  }

  private static MountForm form(JsonMembers members) {
    Optional<Writing> writing = members.object("writable").map(MountWish::writing);
    Reading reading =
        new Reading(members.texts("faces"), members.text("blockSize"), members.flag("newIdentity"));
    if (writing.isPresent() && !reading.equals(new Reading(List.of(), Optional.empty(), false))) {
      throw new IllegalArgumentException(
          "The members faces, blockSize and newIdentity are of a read-only mount; \"writable\" has"
              + " its own face, blockSize and newIdentity");
    }
    return writing.<MountForm>map(each -> each).orElse(reading);
  }

  private static Writing writing(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "writable mount");
    Writing writing =
        new Writing(
            members.text("overlay"),
            members.text("limit"),
            members.text("face"),
            members.text("blockSize"),
            members.flag("newIdentity"));
    members.requireAllTaken();
    return writing;
  }

  /** The restore point among those that the caller may see; empty if all are wanted. */
  Optional<RestorePoint> find(VisibleRestorePoints visible, Principal caller)
      throws ProblemException {
    if (all) {
      return Optional.empty();
    }
    Optional<RestorePoint> found =
        restorePoint.isPresent()
            ? visible.find(caller, restorePoint.get())
            : latest(visible, caller, vm.orElseThrow());
    if (found.isEmpty()) {
      throw new ProblemException(
          NOT_FOUND,
          restorePoint.isPresent()
              ? "There is no restore point " + restorePoint.get()
              : "There is no VM " + vm.orElseThrow());
    }
    return found;
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

  /** What is to be done for a token of that name. */
  MountOrder order(Optional<RestorePoint> point, String token) {
    String usual = point.map(MountOrder::usualName).orElse(ALL);
    return new MountOrder(directory.orElse(usual), point, form, rights, token);
  }
}
