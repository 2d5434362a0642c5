package dozo.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.protocol.Role;
import dozo.protocol.VmSummary;
import dozo.repository.ingest.SessionProgress;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.auth.Token;
import dozo.server.session.ReceivingSession;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the API says and hears, as JSON. */
final class AdminJson {

  private static final int NOT_MODIFIED = 304;
  private static final int MAXIMUM_DEPTH = 8;
  private static final int MAXIMUM_TEXT = 4 << 10;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAXIMUM_DEPTH)
                          .maxStringLength(MAXIMUM_TEXT)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private AdminJson() {}

  /** What a client wants a token for. */
  record TokenPlan(String name, Role role, Scope scope, Optional<Instant> expires) {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Answers with an object. What a GET brings has an entity tag, and is not sent again to a client
   * that names it; the tag is weak, because the same answer may be compressed or not.
   */
  static void answer(Context http, ObjectNode body) {
    byte[] bytes = body.toString().getBytes(UTF_8);
    if (http.req().getMethod().equals("GET")) {
      String tag = "W/\"" + digest(bytes) + "\"";
      http.header("ETag", tag).header("Cache-Control", "private, no-cache");
      @Nullable String known = http.header("If-None-Match");
      if (known != null && Arrays.asList(known.split("\\s*,\\s*", -1)).contains(tag)) {
        http.status(NOT_MODIFIED);
        return;
      }
    }
    http.contentType("application/json").result(bytes);
  }

  /** Half of the SHA-256 of a text, in hexadecimal digits: enough to tell two apart. */
  static String digest(byte[] bytes) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(sha256, 0, sha256.length / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  /**
   * Reads the body of a request.
   *
   * @throws IllegalArgumentException if it is no JSON object
   */
  static ObjectNode readObject(byte[] body) {
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The body is not JSON", e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new IllegalArgumentException("The body is not a JSON object");
    }
    return object;
  }

  static ObjectNode write(VmSummary vm) {
    return object()
        .put("namespace", vm.namespace())
        .put("id", vm.id().toString())
        .put("name", vm.name())
        .put("host", vm.host())
        .put("restorePoints", vm.restorePoints())
        .put("latest", vm.latest().toString())
        .put("latestId", vm.latestId().toString());
  }

  static ObjectNode write(ReceivingSession session) {
    ObjectNode node =
        object()
            .put("id", session.id().toString())
            .put("state", session.state().name().toLowerCase(Locale.ROOT))
            .put("attached", session.isAttached())
            .put("begun", session.begun().toString())
            .put("sizeBytes", session.sizeBytes())
            .put("token", session.principal().id().toString())
            .put("tokenName", session.principal().name());
    node.putObject("vm")
        .put("namespace", session.vm().namespace())
        .put("id", session.vm().id().toString())
        .put("name", session.vm().name())
        .put("host", session.vm().host());
    SessionProgress progress = session.progress();
    node.putObject("progress")
        .put("receivedBytes", progress.acceptedBytes())
        .put("holeBytes", progress.holeBytes())
        .put("newBytes", progress.newBytes())
        .put("duplicateBytes", progress.duplicateBytes())
        .put("storedBytes", progress.storedBytes());
    return node;
  }

  static ObjectNode write(Token token, Optional<Instant> lastUse) {
    ObjectNode node = write(token.principal()).put("created", token.created().toString());
    token.expires().ifPresent(expires -> node.put("expires", expires.toString()));
    lastUse.ifPresent(used -> node.put("lastUse", used.toString()));
    return node;
  }

  /** Writes who somebody is, what for, and for which VMs. */
  static ObjectNode write(Principal principal) {
    ObjectNode node =
        object()
            .put("id", principal.id().toString())
            .put("name", principal.name())
            .put("role", principal.role().word());
    principal.scope().namespace().ifPresent(namespace -> node.put("namespace", namespace));
    if (!principal.scope().vms().isEmpty()) {
      ArrayNode vms = node.putArray("vms");
      principal.scope().vms().forEach(vm -> vms.add(vm.toString()));
    }
    return node;
  }

  /**
   * Reads the members {@code namespace} and {@code vms}.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  static Scope readScope(JsonMembers members) {
    Set<UUID> vms = new HashSet<>();
    members.texts("vms").forEach(vm -> vms.add(UUID.fromString(vm)));
    return new Scope(members.text("namespace"), vms);
  }

  /**
   * Reads what a client wants a token for.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  static TokenPlan readTokenPlan(byte[] body) {
    JsonMembers members = new JsonMembers(readObject(body), "token");
    try {
      TokenPlan plan =
          new TokenPlan(
              members.required("name"),
              Role.parse(members.required("role")),
              readScope(members),
              members.text("expires").map(Instant::parse));
      members.requireAllTaken();
      return plan;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "The member expires is a time such as 2027-01-31T00:00:00Z", e);
    }
  }

  static Optional<String> text(ObjectNode object, String name) {
    @Nullable JsonNode value = object.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw new IllegalArgumentException("The member " + name + " is a text");
    }
    return Optional.of(value.stringValue());
  }
}
