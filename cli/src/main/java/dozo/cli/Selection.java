package dozo.cli;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Finds the restore point that a person means by a short text: its id, the beginning or end of it,
 * a VM's name or id for its latest, or {@code latest} for the latest of all.
 */
final class Selection {

  private static final int SHORTEST_PART = 4;

  private Selection() {}

  /** What the texts may be, for help. */
  static final String FORMS =
      "its id or a unique beginning or end of it, or a VM's name or id for its latest one, or"
          + " 'latest'.";

  /** The same as a sentence. */
  static final String DESCRIPTION = "The restore point: " + FORMS;

  /**
   * Finds one restore point.
   *
   * @throws NotFoundException if there is none
   * @throws IllegalArgumentException if there are several
   */
  static RestorePoint one(Access access, String text) throws IOException {
    return one(access.list(), access.place(), text);
  }

  /**
   * Finds one restore point.
   *
   * @param all those there are, by ascending id
   * @param place where they are, for people
   * @throws NotFoundException if there is none
   * @throws IllegalArgumentException if there are several
   */
  static RestorePoint one(List<RestorePoint> all, String place, String text)
      throws NotFoundException {
    if (all.isEmpty()) {
      throw new NotFoundException(
          Fault.of("There are no restore points").in(place).cure("make a backup first"));
    }
    if (text.equals("latest")) {
      return all.getLast();
    }
    String wanted = text.toLowerCase(Locale.ROOT);
    List<RestorePoint> byId = matching(all, point -> isPartOfId(point.id().toString(), wanted));
    if (byId.size() == 1) {
      return byId.getFirst();
    }
    List<RestorePoint> ofVm = ofVm(all, text);
    if (!ofVm.isEmpty()) {
      long vms = ofVm.stream().map(p -> p.vm().namespace() + "/" + p.vm().id()).distinct().count();
      if (vms > 1) {
        throw new IllegalArgumentException(
            "There are " + vms + " VMs named " + text + "; give the VM's id or a restore point's");
      }
      return ofVm.getLast();
    }
    if (byId.size() > 1) {
      throw new IllegalArgumentException(
          byId.size() + " restore points have \"" + text + "\" in their ids; give more of the id");
    }
    throw new NotFoundException(
        Fault.of("There is no restore point or VM \"" + text + "\"")
            .in(place)
            .cure("'dozo list' shows which there are"));
  }

  /** The restore points of the VM of that name or id. */
  static List<RestorePoint> ofVm(List<RestorePoint> all, String text) {
    return matching(
        all,
        point ->
            point.vm().name().equals(text)
                || point.vm().id().toString().equals(text.toLowerCase(Locale.ROOT)));
  }

  private static boolean isPartOfId(String id, String wanted) {
    return id.equals(wanted)
        || (wanted.length() >= SHORTEST_PART && (id.startsWith(wanted) || id.endsWith(wanted)));
  }

  private static List<RestorePoint> matching(
      List<RestorePoint> all, Predicate<RestorePoint> condition) {
    return all.stream().filter(condition).toList();
  }
}
