package dozo.server.auth;

import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A token as the content of a state file of kind {@code tokens}. */
final class TokenJson {

  static final String KIND = "tokens";

  private TokenJson() {}

  static StateEntry write(Token token) {
    Principal principal = token.principal();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", principal.name());
    node.put("role", principal.role().word());
    principal.scope().namespace().ifPresent(namespace -> node.put("namespace", namespace));
    if (!principal.scope().vms().isEmpty()) {
      ArrayNode vms = node.putArray("vms");
      principal.scope().vms().forEach(vm -> vms.add(vm.toString()));
    }
    node.put("secretSha256", token.hash().hex());
    node.put("created", token.created().toString());
    token.expires().ifPresent(expires -> node.put("expires", expires.toString()));
    token.origin().ifPresent(origin -> node.put("origin", origin.toString()));
    return new StateEntry(KIND, principal.id(), node);
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if a member is missing or wrong
   */
  static Token read(StateEntry entry) {
    ObjectNode node = entry.content();
    try {
      Set<UUID> vms = new HashSet<>();
      if (node.get("vms") instanceof ArrayNode array) {
        array.forEach(vm -> vms.add(UUID.fromString(vm.asString())));
      }
      Scope scope = new Scope(optional(node, "namespace"), vms);
      Role role = Role.parse(text(node, "role"));
      return new Token(
          new Principal(entry.id(), text(node, "name"), role, scope),
          new SecretHash(text(node, "secretSha256")),
          Instant.parse(text(node, "created")),
          optional(node, "expires").map(Instant::parse),
          optional(node, "origin").map(UUID::fromString));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time of the token is none", e);
    }
  }

  private static Optional<String> optional(ObjectNode node, String name) {
    return node.has(name) ? Optional.of(text(node, name)) : Optional.empty();
  }

  private static String text(ObjectNode node, String name) {
    @Nullable JsonNode value = node.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("The token's member " + name + " is missing or no text");
    }
    return value.stringValue();
  }
}
