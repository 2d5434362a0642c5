package dozo.client.libvirt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ways in which libvirt may be asked for a backup job, the one that tells most first. Libvirt
 * finds out only when it begins whether it can keep to one, so all are written before the guest is
 * frozen.
 */
final class Tracking {

  /**
   * One way.
   *
   * @param backup the job's description
   * @param checkpoint the new checkpoint's, if there is to be one
   * @param since the checkpoints whose changes are told, by targets
   * @param tracked the targets whose changes the new checkpoint will tell
   */
  record Way(
      Path backup, Optional<Path> checkpoint, Map<String, String> since, Set<String> tracked) {
    Way {
      since = Map.copyOf(since);
      tracked = Set.copyOf(tracked);
    }
  }

  private final List<Way> ways = new ArrayList<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();

  private Tracking() {}

  /** Finds out since when libvirt can tell changes, and writes the descriptions. */
  static Tracking prepare(BackupDocuments documents) throws IOException {
    LibvirtPlan plan = documents.plan();
    Tracking tracking = new Tracking();
    Set<String> tracked = new LinkedHashSet<>();
    Map<String, String> since = new LinkedHashMap<>();
    Optional<String> latest = plan.older().stream().reduce((_, later) -> later);
    List<String> known =
        latest.isPresent() ? plan.virsh().trackedBy(plan.domain(), latest.get()) : List.of();
    for (Domain.Disk disk : documents.all()) {
      if (!documents.chosen().contains(disk.target())) {
        continue;
      }
      if (!disk.isTrackable()) {
        tracking.reasons.put(
            disk.target(),
            disk.isShared()
                ? "other machines may write to it, of which libvirt here knows nothing"
                : "libvirt tracks no changes in an image of format " + disk.format());
        continue;
      }
      tracked.add(disk.target());
      if (known.contains(disk.target())) {
        since.put(disk.target(), latest.orElseThrow());
      } else {
        tracking.reasons.put(disk.target(), "libvirt has no checkpoint of an earlier backup of it");
      }
    }
    tracking.write(documents, since, tracked);
    return tracking;
  }

  private void write(BackupDocuments documents, Map<String, String> since, Set<String> tracked)
      throws IOException {
    Path full = documents.backup("full.xml", Map.of());
    if (!tracked.isEmpty()) {
      Optional<Path> checkpoint = Optional.of(documents.checkpoint("checkpoint.xml", tracked));
      if (!since.isEmpty()) {
        Path backup = documents.backup("incremental.xml", since);
        ways.add(new Way(backup, checkpoint, since, tracked));
      }
      ways.add(new Way(full, checkpoint, Map.of(), tracked));
    }
    ways.add(new Way(full, Optional.empty(), Map.of(), Set.of()));
  }

  /** The ways, at least one. */
  List<Way> ways() {
    return List.copyOf(ways);
  }

  /** Notes that libvirt could not keep to a way. */
  void failed(Way way, IOException cause) {
    Set<String> disks = way.since().isEmpty() ? way.tracked() : way.since().keySet();
    disks.forEach(disk -> reasons.put(disk, String.valueOf(cause.getMessage())));
  }

  /** Why a disk has to be read whole; empty if nothing is known that says so. */
  Optional<String> reason(String target) {
    return Optional.ofNullable(reasons.get(target));
  }
}
