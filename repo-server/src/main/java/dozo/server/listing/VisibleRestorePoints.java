package dozo.server.listing;

import dozo.format.ChunkId;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Protocol;
import dozo.protocol.VmSummary;
import dozo.repository.Repository;
import dozo.server.auth.Permissions;
import dozo.server.auth.Principal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The restore points that a principal may see. What it may not see does not exist for it.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class VisibleRestorePoints {

  private static final MapRoot HIDDEN_MAP = new MapRoot(new ChunkId(0, 0, 0, 0), 0, 0);

  private final Repository repository;

  private record VmKey(String namespace, UUID id) {}

  /** Shows the restore points of a repository. */
  public VisibleRestorePoints(Repository repository) {
    this.repository = repository;
  }

  /** The VMs that have restore points, by namespace, name and id. */
  public List<VmSummary> vms(Principal principal) {
    Map<VmKey, VmSummary> summaries = new LinkedHashMap<>();
    for (RestorePoint point : repository.restorePoints()) {
      VmRef vm = point.vm();
      if (principal.scope().admits(vm)) {
        VmKey key = new VmKey(vm.namespace(), vm.id());
        VmSummary before = summaries.get(key);
        int count = before == null ? 1 : before.restorePoints() + 1;
        summaries.put(
            key,
            new VmSummary(
                vm.namespace(), vm.id(), vm.name(), vm.host(), count, point.created(), point.id()));
      }
    }
    return summaries.values().stream()
        .sorted(
            Comparator.comparing(VmSummary::namespace)
                .thenComparing(VmSummary::name)
                .thenComparing(VmSummary::id))
        .toList();
  }

  /** Restore points by ascending id, or descending if the query says so. */
  public List<RestorePoint> list(Principal principal, RestorePointQuery query) {
    List<RestorePoint> all = repository.restorePoints();
    return (query.newestFirst() ? all.reversed() : all)
        .stream()
            .filter(point -> principal.scope().admits(point.vm()) && query.matches(point))
            .limit(query.limit())
            .map(point -> shown(principal, point))
            .toList();
  }

  /** The restore point of that id. */
  public Optional<RestorePoint> find(Principal principal, RestorePointId id) {
    return repository
        .restorePoint(id)
        .filter(point -> principal.scope().admits(point.vm()))
        .map(point -> shown(principal, point));
  }

  private static RestorePoint shown(Principal principal, RestorePoint point) {
    if (Permissions.seesDetails(principal.role())) {
      return point;
    }
    return new RestorePoint(
        point.id(),
        point.created(),
        point.vm(),
        point.domain(),
        Consistency.NONE,
        point.disks().stream()
            .map(disk -> new DiskEntry(disk.name(), disk.geometry(), disk.identity(), HIDDEN_MAP))
            .toList(),
        List.of(),
        tracking(point),
        IngestStatistics.NONE);
  }

  /** What backup clients of the VM have noted for those that come after them. */
  private static SortedMap<String, String> tracking(RestorePoint point) {
    SortedMap<String, String> noted = new TreeMap<>(point.attributes());
    noted.keySet().removeIf(name -> !name.startsWith(Protocol.TRACKING_PREFIX));
    return noted;
  }
}
