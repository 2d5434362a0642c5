package dozo.server.upkeep;

import dozo.format.manifest.VmRef;
import dozo.repository.retention.PolicyCodec;
import dozo.repository.retention.RetentionPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A retention policy and the VMs that it is for.
 *
 * @param namespace the only namespace, or empty for every one
 * @param vms the names or ids of the only VMs, or empty for every one
 * @param policy says what is worth keeping
 */
record PolicyRule(Optional<String> namespace, List<String> vms, RetentionPolicy policy) {

  /** Keeps a copy. */
  PolicyRule {
    vms = List.copyOf(vms);
  }

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong, or the policy is
   *     empty
   */
  static PolicyRule parse(ObjectNode json) {
    JsonMembers members = new JsonMembers(json, "retention rule");
    PolicyRule rule =
        new PolicyRule(
            members.text("namespace"),
            members.texts("vms"),
            PolicyCodec.decode(
                members
                    .object("policy")
                    .orElseThrow(
                        () -> new IllegalArgumentException("A retention rule needs a policy"))));
    members.requireAllTaken();
    return rule;
  }

  /** What it keeps of which VMs, for people. */
  String text() {
    String where = namespace.map(name -> " of namespace " + name).orElse("");
    String which = vms.isEmpty() ? "all VMs" : "VMs " + String.join(", ", vms);
    return policy + " for " + which + where;
  }

  boolean isFor(VmRef vm) {
    return (namespace.isEmpty() || namespace.get().equals(vm.namespace()))
        && (vms.isEmpty() || vms.stream().anyMatch(text -> names(text, vm)));
  }

  private static boolean names(String text, VmRef vm) {
    return text.equals(vm.name()) || text.toLowerCase(Locale.ROOT).equals(vm.id().toString());
  }
}
