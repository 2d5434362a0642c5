package dozo.server.lease;

import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.protocol.LeaseSummary;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A lease as the content of a state file of kind {@code leases}. */
final class LeaseJson {

  static final String KIND = "leases";

  private LeaseJson() {}

  static StateEntry write(LeaseSummary lease) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ObjectNode vm = node.putObject("vm");
    vm.put("namespace", lease.vm().namespace());
    vm.put("id", lease.vm().id().toString());
    vm.put("name", lease.vm().name());
    vm.put("host", lease.vm().host());
    node.put("madeBy", lease.kind());
    node.put("object", lease.object());
    node.put("since", lease.since().toString());
    return new StateEntry(KIND, lease.lease(), node);
  }

  /**
   * Reads a lease.
   *
   * @throws IllegalArgumentException if a member is missing or wrong
   */
  static LeaseSummary read(StateEntry entry) {
    ObjectNode node = entry.content();
    if (!(node.get("vm") instanceof ObjectNode vm)) {
      throw new IllegalArgumentException("The lease has no VM");
    }
    try {
      return new LeaseSummary(
          entry.id(),
          new VmRef(
              text(vm, "namespace"),
              UUID.fromString(text(vm, "id")),
              text(vm, "name"),
              text(vm, "host")),
          text(node, "madeBy"),
          text(node, "object"),
          Instant.parse(text(node, "since")));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("The time of the lease is none", e);
    }
  }

  private static String text(ObjectNode node, String name) {
    @Nullable JsonNode value = node.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("The lease's member " + name + " is missing or no text");
    }
    return value.stringValue();
  }
}
