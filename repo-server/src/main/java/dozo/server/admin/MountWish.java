package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.server.auth.Principal;
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
 * @param what which restore point, unless it is all
 * @param directory the name of the mount point; the usual one if it is empty
 * @param form how disks are shown, and whether they are written to
 * @param rights who may look inside
 */
record MountWish(
    PointWish what, boolean all, Optional<String> directory, MountForm form, Rights rights) {

  private static final String ALL = "all";

  MountWish {
    if (what.isGiven() == all) {
      throw new IllegalArgumentException(
          "A mount is of one \"restorePoint\", of the latest of one \"vm\", or of \"all\"");
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
            PointWish.take(members),
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
    return all ? Optional.empty() : Optional.of(what.find(visible, caller));
  }

  /** What is to be done for a token of that name. */
  MountOrder order(Optional<RestorePoint> point, String token) {
    String usual = point.map(MountOrder::usualName).orElse(ALL);
    return new MountOrder(directory.orElse(usual), point, form, rights, token);
  }
}
