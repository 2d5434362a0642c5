package dozo.server.upkeep;

import dozo.format.manifest.StateEntry;
import dozo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The plan that a server follows, and where it comes from. One that a file gives is the file's: it
 * is not changed from elsewhere, so that nobody has to wonder which of two holds. Without a file,
 * admins set it through the API, and it is kept in the repository's state.
 *
 * <p>Safe for use by several threads.
 */
public final class PlanKeeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PlanKeeper.class);
  private static final String KIND = "plan";
  private static final String PLAN = "plan";

  private enum Source {
    NONE,
    FILE,
    API
  }

  private final Repository repository;
  private final UpkeepJobs jobs;
  private final UpkeepSchedule schedule;
  private Source source;
  private UpkeepPlan plan;

  private PlanKeeper(
      Repository repository,
      UpkeepJobs jobs,
      UpkeepSchedule schedule,
      Source source,
      UpkeepPlan plan) {
    this.repository = repository;
    this.jobs = jobs;
    this.schedule = schedule;
    this.source = source;
    this.plan = plan;
  }

  /**
   * Begins to follow a plan.
   *
   * @param given what a file says; {@link UpkeepPlan#NONE} if there is no file
   * @throws IOException if the plan that was set cannot be read: a server that did nothing any more
   *     by itself would not be noticed
   */
  public static PlanKeeper start(
      UpkeepPlan given, Repository repository, UpkeepJobs jobs, Clock clock) throws IOException {
    Chosen chosen = choose(given, repository);
    jobs.sweepAs(chosen.plan().sweep());
    UpkeepSchedule schedule = UpkeepSchedule.start(jobs, chosen.plan(), clock);
    return new PlanKeeper(repository, jobs, schedule, chosen.source(), chosen.plan());
  }

  /** The plan that counts. */
  private record Chosen(Source source, UpkeepPlan plan) {}

  private static Chosen choose(UpkeepPlan given, Repository repository) throws IOException {
    if (!given.equals(UpkeepPlan.NONE)) {
      return new Chosen(Source.FILE, given);
    }
    Optional<StateEntry> set = repository.state().find(KIND, id(repository));
    return set.isPresent()
        ? new Chosen(Source.API, read(set.get()))
        : new Chosen(Source.NONE, given);
  }

  private static UpkeepPlan read(StateEntry entry) throws IOException {
    try {
      if (entry.content().get(PLAN) instanceof ObjectNode json) {
        return UpkeepPlan.parse(json);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("The plan that was set through the API cannot be read", e);
    }
    throw new IOException("The plan that was set through the API is none");
  }

  private static UUID id(Repository repository) {
    return repository.identity().id();
  }

  /** The plan, where it comes from, and what it begins next. */
  public synchronized ObjectNode describe() {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("source", source.name().toLowerCase(Locale.ROOT))
            .put("timezone", plan.zone().getId());
    node.set(PLAN, plan.json());
    ArrayNode next = node.putArray("next");
    schedule
        .due()
        .forEach(due -> next.addObject().put("kind", due.kind()).put("at", due.at().toString()));
    return node;
  }

  /**
   * Goes by another file from now on.
   *
   * @param given as for {@link #start}
   * @throws IOException as from there; nothing has changed then
   */
  public synchronized void follow(UpkeepPlan given) throws IOException {
    Chosen chosen = choose(given, repository);
    if (chosen.source() != source || !chosen.plan().equals(plan)) {
      source = chosen.source();
      follow(chosen.plan(), "configuration");
    }
  }

  private void follow(UpkeepPlan next, String by) {
    plan = next;
    jobs.sweepAs(next.sweep());
    schedule.follow(next);
    log.info("Plan set by={}", by);
  }

  /**
   * Sets another plan, which is followed from now on and is on stable storage when this returns.
   *
   * @param by who says so, for operators
   * @throws IllegalArgumentException if something in it is missing, unknown or wrong
   * @throws IllegalStateException if a file gives the plan
   */
  public synchronized void set(ObjectNode json, String by) throws IOException {
    requireNoFile();
    UpkeepPlan next = UpkeepPlan.parse(json);
    ObjectNode content = JsonNodeFactory.instance.objectNode().put("setBy", by);
    content.set(PLAN, next.json());
    repository.state().put(new StateEntry(KIND, id(repository), content));
    source = Source.API;
    follow(next, by);
  }

  private void requireNoFile() {
    if (source == Source.FILE) {
      throw new IllegalStateException(
          "The plan comes from a file of the server's host; change it there and reload it");
    }
  }

  /**
   * Another plan beside the one that is followed.
   *
   * @param digest names the one that is followed
   * @param losses why the other may keep less, a sentence each; empty if it keeps all that this one
   *     does
   */
  public record Comparison(String digest, List<String> losses) {}

  /**
   * Compares another plan with the one that is followed.
   *
   * @throws IllegalArgumentException if something in it is missing, unknown or wrong
   * @throws IllegalStateException if a file gives the plan
   */
  public synchronized Comparison compare(ObjectNode json) {
    requireNoFile();
    return new Comparison(digest(), PlanOrder.losses(plan, UpkeepPlan.parse(json)));
  }

  /**
   * Sets another plan in place of a certain one, as {@link #set} does.
   *
   * @param digest of the plan that is to be followed until now
   * @throws IllegalStateException if that is another, or a file gives the plan
   */
  public synchronized void replace(String digest, ObjectNode json, String by) throws IOException {
    requireNoFile();
    if (!digest.equals(digest())) {
      throw new IllegalStateException(
          "Another plan was set since this one was asked for; look at it, and ask again");
    }
    set(json, by);
  }

  private String digest() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(plan.json().toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  /** Begins nothing any more. */
  @Override
  public void close() {
    schedule.close();
  }
}
