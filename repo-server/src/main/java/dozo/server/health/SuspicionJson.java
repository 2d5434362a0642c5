package dozo.server.health;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A suspicion as the content of a state file of kind {@code suspicions}. */
final class SuspicionJson {

  static final String KIND = "suspicions";

  private SuspicionJson() {}

  static StateEntry write(Suspicion suspicion) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("namespace", suspicion.namespace())
            .put("vm", suspicion.vm().toString())
            .put("vmName", suspicion.vmName())
            .put("text", suspicion.text())
            .put("raised", suspicion.raised().toString());
    suspicion
        .acknowledged()
        .ifPresent(seen ->
            node.putObject("acknowledged")
                .put("by", seen.by())
                .put("at", seen.at().toString())
                .put("note", seen.note()));
    return new StateEntry(KIND, suspicion.id(), node);
  }

  /**
   * Reads a suspicion.
   *
   * @throws IllegalArgumentException if a member is missing or wrong
   */
  static Suspicion read(StateEntry entry) {
    ObjectNode node = entry.content();
    try {
      Optional<Suspicion.Acknowledgement> acknowledged = Optional.empty();
      if (node.get("acknowledged") instanceof ObjectNode seen) {
        acknowledged =
            Optional.of(
                new Suspicion.Acknowledgement(
                    text(seen, "by"), Instant.parse(text(seen, "at")), text(seen, "note")));
      }
      return new Suspicion(
          new RestorePointId(entry.id()),
          text(node, "namespace"),
          UUID.fromString(text(node, "vm")),
          text(node, "vmName"),
          text(node, "text"),
          Instant.parse(text(node, "raised")),
          acknowledged);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time of the suspicion is none", e);
    }
  }

  private static String text(ObjectNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw new IllegalArgumentException(
          "The suspicion's member " + name + " is missing or no text");
    }
    return value.stringValue();
  }
}
