package dozo.server.upkeep;

import dozo.repository.sweep.SweepRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server does by itself, and when: {@code docs/operations.md} has the file.
 *
 * @param zone whose clock and calendar count
 * @param prune forgets restore points, if it is to be done by itself
 * @param sweep gives space back
 * @param sweepAt when that is done by itself, if it is
 * @param verify looks for damage, if it is to be done by itself
 * @param json what it was read from; a copy is kept and given out
 */
public record UpkeepPlan(
    ZoneId zone,
    Optional<Daily<PruneTask>> prune,
    SweepRequest sweep,
    Optional<LocalTime> sweepAt,
    Optional<Daily<VerifyTask>> verify,
    ObjectNode json) {

  private static final long MAXIMUM_BYTES = 1 << 20;

  /** Nothing is done by itself. */
  public static final UpkeepPlan NONE =
      new UpkeepPlan(
          ZoneId.systemDefault(),
          Optional.empty(),
          SweepRequest.standard(),
          Optional.empty(),
          Optional.empty(),
          JsonNodeFactory.instance.objectNode());

  /** Keeps a copy. */
  public UpkeepPlan {
    json = json.deepCopy();
  }

  /** What it was read from, as a copy. */
  @Override
  public ObjectNode json() {
    return json.deepCopy();
  }

  /**
   * Something that is done every day.
   *
   * @param at when
   */
  public record Daily<T>(LocalTime at, T task) {}

  /**
   * Reads a plan.
   *
   * @throws IllegalArgumentException if something in the file is missing, unknown or wrong
   * @throws IOException if the file cannot be read
   */
  public static UpkeepPlan read(Path file) throws IOException {
    if (Files.size(file) > MAXIMUM_BYTES) {
      throw new IllegalArgumentException(file + " is longer than 1 MiB");
    }
    JsonMapper mapper =
        JsonMapper.builder(
                JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      JsonNode node = mapper.readTree(Files.readAllBytes(file));
      if (!(node instanceof ObjectNode object)) {
        throw new IllegalArgumentException("It is not a JSON object");
      }
      return parse(object);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a plan.
   *
   * @throws IllegalArgumentException if something in it is missing, unknown or wrong
   */
  public static UpkeepPlan parse(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "plan");
    ZoneId zone = members.text("timezone").map(PruneTask::zone).orElse(ZoneId.systemDefault());
    Optional<Daily<PruneTask>> prune =
        members.object("prune").map(each -> prune(new JsonMembers(each, "plan to prune"), zone));
    Optional<JsonMembers> sweep =
        members.object("sweep").map(each -> new JsonMembers(each, "plan to sweep"));
    SweepRequest request =
        sweep
            .map(each -> SweepTask.request(each, SweepRequest.standard()))
            .orElse(SweepRequest.standard());
    Optional<LocalTime> sweepAt = sweep.flatMap(UpkeepPlan::at);
    sweep.ifPresent(JsonMembers::requireAllTaken);
    Optional<Daily<VerifyTask>> verify =
        members.object("verify").map(each -> verify(new JsonMembers(each, "plan to verify")));
    members.requireAllTaken();
    if (request.isDryRun()) {
      throw new IllegalArgumentException("A plan to sweep has no member dryRun");
    }
    return new UpkeepPlan(zone, prune, request, sweepAt, verify, json);
  }

  private static Daily<PruneTask> prune(JsonMembers members, ZoneId zone) {
    PruneTask task = new PruneTask(PruneTask.rules(members), zone, false);
    LocalTime at = requireAt(members, "prune");
    members.requireAllTaken();
    return new Daily<>(at, task);
  }

  private static Daily<VerifyTask> verify(JsonMembers members) {
    LocalTime at = requireAt(members, "verify");
    return new Daily<>(at, VerifyTask.parsePlanned(members));
  }

  private static LocalTime requireAt(JsonMembers members, String what) {
    return at(members)
        .orElseThrow(
            () -> new IllegalArgumentException("A plan to " + what + " says when: \"at\""));
  }

  private static Optional<LocalTime> at(JsonMembers members) {
    try {
      return members.text("at").map(LocalTime::parse);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time of day is like 02:30", e);
    }
  }
}
