package dozo.server.admin;

import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.server.approval.Deed;
import dozo.server.auth.Principal;
import dozo.server.upkeep.JsonMembers;
import dozo.server.upkeep.PlanKeeper;
import dozo.server.upkeep.RetentionSimulation;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the routes answer that show and set the plan, and try policies out. */
final class RetentionApi {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Repository repository;
  private final PlanKeeper plan;
  private final ApprovalsApi approvals;

  RetentionApi(Repository repository, PlanKeeper plan, ApprovalsApi approvals) {
    this.repository = repository;
    this.plan = plan;
    this.approvals = approvals;
  }

  void plan(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    AdminJson.answer(http, plan.describe());
  }

  void setPlan(Context http, Principal caller) throws ProblemException, IOException {
    UpkeepApi.requireForAll(caller);
    ObjectNode wanted = AdminJson.readObject(http.bodyAsBytes());
    try {
      PlanKeeper.Comparison comparison = plan.compare(wanted);
      if (!comparison.losses().isEmpty()
          && approvals.waits(
              http,
              caller,
              new Deed.SetPlan(wanted, comparison.digest()),
              "set a plan that may keep less: " + String.join("; ", comparison.losses()))) {
        return;
      }
      plan.replace(comparison.digest(), wanted, caller.name());
    } catch (IllegalStateException e) {
      throw new ProblemException(CONFLICT, String.valueOf(e.getMessage()));
    }
    AdminJson.answer(http, plan.describe());
  }

  void simulate(Context http, Principal caller) throws ProblemException, IOException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "simulation");
    RetentionSimulation simulation = RetentionSimulation.parse(members);
    Optional<ObjectNode> vm = members.object("vm");
    Optional<ObjectNode> series = members.object("series");
    members.requireAllTaken();
    if (vm.isPresent() == series.isPresent()) {
      throw new IllegalArgumentException("A simulation is of a vm or of a series");
    }
    AdminJson.answer(
        http,
        series.isPresent()
            ? simulation.of(RetentionSimulation.Series.parse(series.get()))
            : simulation.of(repository, find(caller, vm.orElseThrow())));
  }

  private VmRef find(Principal caller, ObjectNode json) throws ProblemException {
    RetentionSimulation.Vm wanted = RetentionSimulation.Vm.parse(json);
    return repository.restorePoints().reversed().stream()
        .map(point -> point.vm())
        .filter(vm -> vm.namespace().equals(wanted.namespace()) && vm.id().equals(wanted.id()))
        .filter(caller.scope()::admits)
        .findFirst()
        .orElseThrow(() ->
            new ProblemException(
                NOT_FOUND,
                "There is no VM "
                    + wanted.id()
                    + " with restore"
                    + " points in namespace "
                    + wanted.namespace()));
  }
}
