package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.server.mounts.MountOrder;
import dozo.server.mounts.NbdOrder;
import dozo.server.upkeep.JsonMembers;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client wants served by NBD.
 *
 * @param what which restore point
 * @param name of the socket; the usual one if it is empty
 * @param writing through which overlay; empty if it is read-only
 */
record NbdWish(PointWish what, Optional<String> name, Optional<NbdOrder.Writing> writing) {

  NbdWish {
    if (!what.isGiven()) {
      throw new IllegalArgumentException(
          "An export is of one \"restorePoint\", or of the latest of one \"vm\"");
    }
  }

  /**
   * Reads what is wanted.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  static NbdWish parse(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "export");
    NbdWish wish =
        new NbdWish(
            PointWish.take(members),
            members.text("name"),
            members.object("writable").map(NbdWish::writing));
    members.requireAllTaken();
    return wish;
  }

  private static NbdOrder.Writing writing(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "writable export");
    NbdOrder.Writing writing = new NbdOrder.Writing(members.text("overlay"), members.text("limit"));
    members.requireAllTaken();
    return writing;
  }

  /** What is to be done for a token of that name. */
  NbdOrder order(RestorePoint point, String token) {
    return new NbdOrder(name.orElseGet(() -> MountOrder.usualName(point)), point, writing, token);
  }
}
