package dozo.server.approval;

import dozo.format.manifest.StateEntry;
import dozo.server.approval.ApprovalRequest.Ending;
import dozo.server.approval.ApprovalRequest.Person;
import dozo.server.approval.ApprovalRequest.State;
import dozo.server.approval.ApprovalRequest.Vote;
import dozo.server.upkeep.JsonMembers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Requests as contents of state files of kind {@code approvals}, and as the API tells them. */
public final class ApprovalJson {

  static final String KIND = "approvals";

  private ApprovalJson() {}

  /** What the API tells of a request. */
  public static ObjectNode describe(ApprovalRequest request) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", request.id().toString())
            .put("state", request.state().word());
    node.setAll(content(request));
    if (request.isOpen()) {
      node.put("leftSeconds", request.left().toSeconds());
    }
    return node;
  }

  static StateEntry write(ApprovalRequest request) {
    return new StateEntry(KIND, request.id(), content(request));
  }

  private static ObjectNode content(ApprovalRequest request) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("text", request.text())
            .put("digest", request.digest())
            .put("asked", request.asked().toString())
            .put("waitedSeconds", request.waited().toSeconds())
            .put("approvable", request.terms().approval());
    request.terms().delay().ifPresent(delay -> node.put("delaySeconds", delay.toSeconds()));
    node.set("by", write(request.by()));
    node.set("what", DeedJson.write(request.deed()));
    ArrayNode others = node.putArray("mayApprove");
    request.mayApprove().forEach(person -> others.add(write(person)));
    request
        .approved()
        .ifPresent(vote ->
            node.put("approvedAt", vote.at().toString()).set("approvedBy", write(vote.by())));
    request
        .ending()
        .ifPresent(ending -> {
          node.put("ending", ending.state().word())
              .put("ended", ending.at().toString())
              .put("note", ending.note());
          ending.by().ifPresent(by -> node.set("endedBy", write(by)));
        });
    return node;
  }

  private static ObjectNode write(Person person) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", person.id().toString())
        .put("name", person.name());
  }

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if a member is missing or wrong, or it is not what its digest
   *     names
   */
  static ApprovalRequest read(StateEntry entry) {
    JsonMembers members = new JsonMembers(entry.content(), "request");
    try {
      Optional<Person> approvedBy = members.object("approvedBy").map(ApprovalJson::person);
      Optional<Duration> delay =
          entry.content().has("delaySeconds")
              ? Optional.of(Duration.ofSeconds(members.number("delaySeconds")))
              : Optional.empty();
      ApprovalRequest request =
          new ApprovalRequest(
              entry.id(),
              DeedJson.read(object(members, "what")),
              members.required("text"),
              person(object(members, "by")),
              Instant.parse(members.required("asked")),
              new Protection(delay, members.flag("approvable")),
              people(entry.content()),
              Duration.ofSeconds(members.number("waitedSeconds")),
              approvedBy.map(by -> new Vote(by, Instant.parse(members.required("approvedAt")))),
              members.text("ending").map(word -> ending(word, members)));
      if (!request.digest().equals(members.required("digest"))) {
        throw new IllegalArgumentException("The request is not what its digest names");
      }
      return request;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time of the request is none", e);
    }
  }

  private static Ending ending(String word, JsonMembers members) {
    return new Ending(
        State.valueOf(word.toUpperCase(Locale.ROOT)),
        Instant.parse(members.required("ended")),
        members.object("endedBy").map(ApprovalJson::person),
        members.text("note").orElse(""));
  }

  private static List<Person> people(ObjectNode node) {
    List<Person> people = new ArrayList<>();
    node.path("mayApprove")
        .forEach(each -> {
          if (each instanceof ObjectNode person) {
            people.add(person(person));
          }
        });
    return people;
  }

  private static Person person(ObjectNode node) {
    JsonMembers members = new JsonMembers(node, "person");
    return new Person(UUID.fromString(members.required("id")), members.required("name"));
  }

  private static ObjectNode object(JsonMembers members, String name) {
    return members
        .object(name)
        .orElseThrow(() -> new IllegalArgumentException("A request needs a " + name));
  }
}
