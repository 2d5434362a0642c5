package dozo.repository.prune;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.catalogue.PointTrash;
import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.retention.Pin;
import dozo.repository.retention.RetentionCandidate;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.retention.RetentionPlanner;
import dozo.repository.retention.Verification;
import dozo.repository.state.StateStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Forgets restore points, brings them back, and keeps the pins and holds that keep them.
 *
 * <p>Safe for use by several threads; one does something at a time, so that a pin that was set is
 * seen by the next pruning.
 */
public final class Pruner {

  private final Catalogue catalogue;
  private final PointTrash trash;
  private final ReaderLeases leases;
  private final PinStore pins;
  private final KnownConditions conditions;
  private final Clock clock;

  /**
   * Makes a pruner.
   *
   * @param conditions tells what is known of the data of restore points
   */
  public Pruner(
      Catalogue catalogue,
      PointTrash trash,
      ReaderLeases leases,
      StateStore state,
      KnownConditions conditions,
      Clock clock) {
    this.catalogue = catalogue;
    this.trash = trash;
    this.leases = leases;
    this.pins = new PinStore(state);
    this.conditions = conditions;
    this.clock = clock;
  }

  /**
   * Applies a policy. Each VM is done before the next, so that what is done stays done if a later
   * one fails.
   *
   * @throws IOException if a pin cannot be read, when nothing is forgotten, or a manifest cannot be
   *     moved
   */
  public synchronized PruneReport prune(PruneRequest request) throws IOException {
    RetentionPlanner planner = new RetentionPlanner(request.policy(), request.zone());
    Instant now = clock.instant();
    Map<RestorePointId, List<Pin>> pinned = pins.all();
    List<List<RestorePoint>> all = List.copyOf(byVm(request));
    List<RetentionPlan> plans = new ArrayList<>();
    List<RestorePoint> endangered = new ArrayList<>();
    for (List<RestorePoint> points : all) {
      RetentionPlan plan =
          planner.plan(candidates(points, conditions.recorded(points), pinned), now);
      plans.add(plan);
      if (forgetsAny(plan)) {
        endangered.addAll(points);
      }
    }
    // Only of these is it worth finding out what has become of them since they were verified.
    Map<RestorePointId, Verification> known = conditions.now(endangered);
    List<PruneReport.Vm> vms = new ArrayList<>();
    for (int vm = 0; vm < all.size(); vm++) {
      List<RestorePoint> points = all.get(vm);
      RetentionPlan plan =
          forgetsAny(plans.get(vm))
              ? planner.plan(candidates(points, known, pinned), now)
              : plans.get(vm);
      List<RestorePointId> forgotten = new ArrayList<>();
      List<RestorePointId> spared = new ArrayList<>();
      if (plan instanceof RetentionPlan.Decided decided) {
        for (RetentionCandidate candidate : decided.forgotten()) {
          boolean done = request.isDryRun() || retire(candidate.id(), now);
          (done ? forgotten : spared).add(candidate.id());
        }
      }
      vms.add(new PruneReport.Vm(points.getLast().vm(), plan, forgotten, spared));
    }
    return new PruneReport(vms, request.isDryRun());
  }

  private List<RetentionCandidate> candidates(
      List<RestorePoint> points,
      Map<RestorePointId, Verification> known,
      Map<RestorePointId, List<Pin>> pinned) {
    return points.stream()
        .map(point ->
            new RetentionCandidate(
                point.id(),
                point.created(),
                known.getOrDefault(point.id(), Verification.NEVER),
                leases.isLeased(point.id()),
                pinned.getOrDefault(point.id(), List.of())))
        .toList();
  }

  private static boolean forgetsAny(RetentionPlan plan) {
    return plan instanceof RetentionPlan.Decided decided && !decided.forgotten().isEmpty();
  }

  /** The restore points of each VM, in the order in which they were made. */
  private Collection<List<RestorePoint>> byVm(PruneRequest request) {
    record Key(String namespace, UUID id) {}
    Map<Key, List<RestorePoint>> vms = new LinkedHashMap<>();
    for (RestorePoint point : catalogue.all()) {
      VmRef vm = point.vm();
      if (request.vms().test(vm)) {
        vms.computeIfAbsent(new Key(vm.namespace(), vm.id()), key -> new ArrayList<>()).add(point);
      }
    }
    return vms.values();
  }

  /** Moves a restore point to the trash, unless a reader has it open. */
  private boolean retire(RestorePointId id, Instant now) throws IOException {
    if (!leases.beginForgetting(id)) {
      return false;
    }
    try {
      trash.retire(id, now);
      return true;
    } finally {
      leases.forgotten(id);
    }
  }

  /**
   * Forgets one restore point, whatever a policy says of it.
   *
   * @throws NotFoundException if there is none of that id
   * @throws IllegalStateException if a pin or hold is on it, or a reader has it open
   */
  public synchronized void forget(RestorePointId id) throws IOException {
    require(id);
    Instant now = clock.instant();
    for (Pin pin : pins.all().getOrDefault(id, List.of())) {
      if (pin.isInForce(now)) {
        throw new IllegalStateException("Restore point " + id + " has a " + pin);
      }
    }
    if (!retire(id, now)) {
      throw new IllegalStateException("Restore point " + id + " is in use by a reader");
    }
  }

  /** What can be brought back, what was forgotten last coming first. */
  public List<TrashedPoint> trashed() throws IOException {
    return trash.list();
  }

  /**
   * Brings a restore point back.
   *
   * @throws NotFoundException if it is not in the trash
   */
  public synchronized RestorePoint undelete(RestorePointId id) throws IOException {
    return trash.restore(id);
  }

  /**
   * Keeps a restore point whatever a policy says.
   *
   * @param until when the hold ends; null for a pin without end
   * @param note why
   * @param setBy who says so
   * @throws NotFoundException if there is no such restore point
   */
  public synchronized Pin pin(RestorePointId id, @Nullable Instant until, String note, String setBy)
      throws IOException {
    require(id);
    Pin pin = new Pin(UUID.randomUUID(), id, until, note, setBy, clock.instant());
    pins.add(pin);
    return pin;
  }

  /**
   * Takes a pin or hold away.
   *
   * @throws NotFoundException if there is none of that id
   */
  public synchronized void unpin(UUID pin) throws IOException {
    if (!pins.remove(pin)) {
      throw new NotFoundException(Fault.of("There is no such pin or hold").in("pin " + pin));
    }
  }

  /** All pins and holds, those of a restore point together, whether still in force or not. */
  public List<Pin> pins() throws IOException {
    return pins.all().values().stream().flatMap(List::stream).toList();
  }

  private void require(RestorePointId id) throws NotFoundException {
    if (catalogue.find(id).isEmpty()) {
      throw new NotFoundException(
          Fault.of("There is no such restore point").in("restore point " + id));
    }
  }
}
