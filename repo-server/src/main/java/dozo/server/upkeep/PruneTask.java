package dozo.server.upkeep;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.prune.PruneReport;
import dozo.repository.prune.PruneRequest;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.work.StopSignal;
import dozo.server.health.Suspicion;
import dozo.server.health.Suspicions;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Forgets restore points by policies. The first rule that is for a VM decides; a VM that none is
 * for is left alone, and so is one whose data is odd, until somebody has acknowledged that. A VM is
 * what its newest restore point calls it.
 *
 * @param rules at least one
 * @param zone whose calendar counts
 * @param isDryRun whether to decide only
 */
public record PruneTask(List<PolicyRule> rules, ZoneId zone, boolean isDryRun)
    implements UpkeepTask {

  static final String KIND = "prune";

  /** Keeps a copy. */
  public PruneTask {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("To prune takes a retention rule");
    }
  }

  static PruneTask parse(JsonMembers members) {
    ZoneId zone = members.text("timezone").map(PruneTask::zone).orElse(ZoneId.systemDefault());
    PruneTask task = new PruneTask(rules(members), zone, members.flag("dryRun"));
    members.requireAllTaken();
    return task;
  }

  static List<PolicyRule> rules(JsonMembers members) {
    return members.objects("rules").stream().map(PolicyRule::parse).toList();
  }

  static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "A time zone is named like Europe/Berlin or UTC, not \"" + name + "\"", e);
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String text() {
    return KIND + ": " + rules.stream().map(PolicyRule::text).collect(Collectors.joining("; "));
  }

  @Override
  public boolean trustsTheClock() {
    return !isDryRun;
  }

  @Override
  public boolean needsAdmin() {
    return !isDryRun;
  }

  private record VmKey(String namespace, UUID id) {

    static VmKey of(VmRef vm) {
      return new VmKey(vm.namespace(), vm.id());
    }
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    Map<VmKey, VmRef> vms = new HashMap<>();
    for (RestorePoint point : repository.restorePoints()) {
      vms.put(VmKey.of(point.vm()), point.vm());
    }
    Map<VmKey, Integer> ruleOf = new HashMap<>();
    List<PruneReport.Vm> done = new ArrayList<>();
    List<Suspicion> suspicions = new Suspicions(repository).look(Instant.now());
    vms.forEach((key, vm) -> {
      int rule = firstRuleFor(vm);
      Optional<Suspicion> shield = Suspicions.shielding(suspicions, vm);
      if (shield.isPresent() && rule < rules.size()) {
        done.add(shielded(vm, shield.get()));
      } else {
        ruleOf.put(key, rule);
      }
    });
    done.forEach(vm -> listener.note(line(vm)));
    for (int rule = 0; rule < rules.size() && !stop.isStopped(); rule++) {
      listener.progress(KIND, rule, rules.size());
      int number = rule;
      PruneRequest request =
          new PruneRequest(
              rules.get(rule).policy(),
              vm -> ruleOf.getOrDefault(VmKey.of(vm), rules.size()) == number,
              zone,
              isDryRun);
      List<PruneReport.Vm> pruned = repository.pruner().prune(request).vms();
      pruned.forEach(vm -> listener.note(line(vm)));
      done.addAll(pruned);
    }
    return UpkeepJson.write(new PruneReport(done, isDryRun));
  }

  private static PruneReport.Vm shielded(VmRef vm, Suspicion shield) {
    return new PruneReport.Vm(
        vm, new RetentionPlan.Refused(shield.refusal()), List.of(), List.of());
  }

  private String line(PruneReport.Vm vm) {
    String name = vm.vm().namespace() + "/" + vm.vm().name() + ": ";
    return switch (vm.plan()) {
      case RetentionPlan.Refused no -> name + no.why();
      case RetentionPlan.Decided decided ->
          name
              + (decided.decisions().size() - vm.forgotten().size())
              + " kept, "
              + vm.forgotten().size()
              + (isDryRun ? " would be forgotten" : " forgotten");
    };
  }

  private int firstRuleFor(VmRef vm) {
    int rule = 0;
    while (rule < rules.size() && !rules.get(rule).isFor(vm)) {
      rule++;
    }
    return rule;
  }
}
