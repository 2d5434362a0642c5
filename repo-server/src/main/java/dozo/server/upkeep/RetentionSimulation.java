package dozo.server.upkeep;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.prune.PruneRequest;
import dozo.repository.retention.PolicyCodec;
import dozo.repository.retention.RetentionCandidate;
import dozo.repository.retention.RetentionDecision;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.retention.RetentionPlanner;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.retention.Verification;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows what a policy would keep and why: of the restore points that a VM has, or of those that it
 * would have if it were backed up at the same times of day for a while and pruned after each.
 *
 * @param policy what is tried
 * @param zone whose calendar counts
 */
public record RetentionSimulation(RetentionPolicy policy, ZoneId zone) {

  /** A year of four backups a day. */
  private static final int MOST_RESTORE_POINTS = 1_500;

  private static final int MOST_DAYS = 3_660;
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 9000;

  /** What the two halves of a restore point's id have in common (RFC 9562). */
  private static final long VERSION_7 = 7L << 12;

  private static final long VARIANT = 1L << 63;

  /**
   * A VM that is asked for.
   *
   * @param namespace its namespace
   * @param id the hypervisor's id of it
   */
  public record Vm(String namespace, UUID id) {

    /**
     * Reads a VM.
     *
     * @throws IllegalArgumentException if a member is missing, unknown or wrong
     */
    public static Vm parse(ObjectNode json) {
      JsonMembers members = new JsonMembers(json, "VM");
      Vm vm =
          new Vm(
              members.text("namespace").orElseThrow(() -> missing("namespace")),
              members.text("id").map(UUID::fromString).orElseThrow(() -> missing("id")));
      members.requireAllTaken();
      return vm;
    }

    private static IllegalArgumentException missing(String what) {
      return new IllegalArgumentException("A VM is named by its namespace and id; no " + what);
    }
  }

  /**
   * Times at which a VM would be backed up.
   *
   * @param from the first day
   * @param days how many days
   * @param times the times of each day
   */
  public record Series(LocalDate from, int days, List<LocalTime> times) {

    /** Checks the bounds. */
    public Series {
      times = times.stream().distinct().sorted().toList();
      if (times.isEmpty()
          || days < 1
          || days > MOST_DAYS
          || (long) days * times.size() > MOST_RESTORE_POINTS
          || from.getYear() < FIRST_YEAR
          || from.getYear() > LAST_YEAR) {
        throw new IllegalArgumentException(
            "A series begins between 1970 and 9000, and has 1 to 3,660 days, times of day, and no"
                + " more than 1,500 restore points");
      }
    }

    /** When restore points would be made; a time that a clock change skips comes after it. */
    SortedSet<Instant> instants(ZoneId zone) {
      SortedSet<Instant> instants = new TreeSet<>();
      for (int day = 0; day < days; day++) {
        for (LocalTime time : times) {
          instants.add(from.plusDays(day).atTime(time).atZone(zone).toInstant());
        }
      }
      return instants;
    }

    /**
     * Reads a series.
     *
     * @throws IllegalArgumentException if a member is missing, unknown or wrong
     */
    public static Series parse(ObjectNode json) {
      JsonMembers members = new JsonMembers(json, "series");
      try {
        Series series =
            new Series(
                members
                    .text("from")
                    .map(LocalDate::parse)
                    .orElseThrow(
                        () -> new IllegalArgumentException("A series begins on a day: from")),
                members.number("days"),
                members.texts("times").stream().map(LocalTime::parse).toList());
        members.requireAllTaken();
        return series;
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "A day is like 2027-01-31 and a time of day like 02:30", e);
      }
    }
  }

  /**
   * Reads what is to be tried.
   *
   * @param members of which {@code policy} and {@code timezone} are taken
   * @throws IllegalArgumentException if one of them is wrong
   */
  public static RetentionSimulation parse(JsonMembers members) {
    return new RetentionSimulation(
        PolicyCodec.decode(
            members
                .object("policy")
                .orElseThrow(() -> new IllegalArgumentException("A simulation is of a policy"))),
        members.text("timezone").map(PruneTask::zone).orElse(ZoneId.systemDefault()));
  }

  /** What it would keep of the restore points that a VM has. */
  public ObjectNode of(Repository repository, VmRef vm) throws IOException {
    ObjectNode report =
        UpkeepJson.write(
            repository
                .pruner()
                .prune(PruneRequest.all(policy, zone).ofVm(vm.namespace(), vm.id()).dryRun()));
    ObjectNode node = object();
    for (JsonNode each : report.path("vms")) {
      if (each instanceof ObjectNode found) {
        for (JsonNode decision : found.path("decisions")) {
          Instant created = Instant.parse(decision.path("created").asString(""));
          ((ObjectNode) decision).put("date", day(created).toString());
        }
        node.setAll(found);
      }
    }
    return node;
  }

  /** What would be there after a series, with why, and what would have been forgotten by then. */
  public ObjectNode of(Series series) {
    RetentionPlanner planner = new RetentionPlanner(policy, zone);
    SortedSet<Instant> all = series.instants(zone);
    List<RetentionCandidate> there = new ArrayList<>();
    List<RetentionDecision> decisions = List.of();
    int number = 0;
    for (Instant now : all) {
      RestorePointId id = new RestorePointId(new UUID(VERSION_7, VARIANT | number++));
      there.add(new RetentionCandidate(id, now, Verification.SOUND, false, List.of()));
      decisions = decide(planner, there, now);
      there.clear();
      decisions.stream()
          .filter(RetentionDecision::isKept)
          .map(RetentionDecision::candidate)
          .forEach(there::add);
    }
    Map<Instant, String> reasons = new TreeMap<>();
    decisions.stream()
        .filter(RetentionDecision::isKept)
        .forEach(each -> reasons.put(each.candidate().created(), each.explanation()));
    ObjectNode node = object().put("kept", reasons.size());
    ArrayNode list = node.putArray("decisions");
    for (Instant at : all) {
      boolean isKept = reasons.containsKey(at);
      list.addObject()
          .put("created", at.toString())
          .put("date", day(at).toString())
          .put("word", isKept ? "keep" : "forget")
          .put("why", isKept ? reasons.get(at) : "no rule keeps it");
    }
    return node;
  }

  private static List<RetentionDecision> decide(
      RetentionPlanner planner, List<RetentionCandidate> there, Instant now) {
    return switch (planner.plan(there, now)) {
      case RetentionPlan.Decided decided -> decided.decisions();
      case RetentionPlan.Refused no -> throw new IllegalArgumentException(no.why());
    };
  }

  private LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  private ObjectNode object() {
    return JsonNodeFactory.instance.objectNode().put("timezone", zone.getId());
  }
}
