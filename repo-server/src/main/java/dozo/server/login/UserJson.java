package dozo.server.login;

import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
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

/** A user as the content of a state file of kind {@code users}. */
final class UserJson {

  static final String KIND = "users";

  private UserJson() {}

  static StateEntry write(User user) {
    Principal principal = user.principal();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", principal.name())
            .put("role", principal.role().word());
    principal.scope().namespace().ifPresent(namespace -> node.put("namespace", namespace));
    if (!principal.scope().vms().isEmpty()) {
      ArrayNode vms = node.putArray("vms");
      principal.scope().vms().forEach(vm -> vms.add(vm.toString()));
    }
    node.put("password", user.password().text());
    user.totp().ifPresent(key -> node.put("totp", key.text()));
    node.put("created", user.created().toString());
    user.origin().ifPresent(origin -> node.put("origin", origin.toString()));
    return new StateEntry(KIND, principal.id(), node);
  }

  /**
   * Reads a user.
   *
   * @throws IllegalArgumentException if a member is missing or wrong
   */
  static User read(StateEntry entry) {
    ObjectNode node = entry.content();
    Set<UUID> vms = new HashSet<>();
    if (node.get("vms") instanceof ArrayNode array) {
      array.forEach(vm -> vms.add(UUID.fromString(vm.asString())));
    }
    try {
      return new User(
          new Principal(
              entry.id(),
              text(node, "name"),
              Role.parse(text(node, "role")),
              new Scope(optional(node, "namespace"), vms)),
          new PasswordHash(text(node, "password")),
          optional(node, "totp").map(TotpKey::new),
          Instant.parse(text(node, "created")),
          optional(node, "origin").map(UUID::fromString));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("The user's member created is no time", e);
    }
  }

  private static Optional<String> optional(ObjectNode node, String name) {
    return node.has(name) ? Optional.of(text(node, name)) : Optional.empty();
  }

  private static String text(ObjectNode node, String name) {
    @Nullable JsonNode value = node.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("The user's member " + name + " is missing or no text");
    }
    return value.stringValue();
  }
}
