package dozo.server.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An entry and its line ({@code docs/audit.md} §2). */
final class AuditLine {

  /** The longest line, its end included. */
  static final int MAXIMUM_BYTES = 64 << 10;

  /** What comes before the first entry. */
  static final String NO_HASH = "0".repeat(64);

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int HASH_BYTES = NO_HASH.length();

  private AuditLine() {}

  /** Makes the entry of an event that follows another. */
  static AuditRecord record(AuditEvent event, long sequence, String previous) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("seq", sequence)
            .put("time", event.time().truncatedTo(ChronoUnit.MILLIS).toString())
            .put("previous", previous);
    Actor actor = event.actor();
    ObjectNode who =
        node.putObject("who").put("kind", actor.kind().name().toLowerCase(Locale.ROOT));
    actor.id().ifPresent(id -> who.put("id", id));
    actor.name().ifPresent(name -> who.put("name", AuditEvent.shortened(name)));
    actor.role().ifPresent(role -> who.put("role", role));
    actor.from().ifPresent(from -> node.put("from", AuditEvent.shortened(from)));
    node.put("action", event.action()).put("outcome", event.outcome().word());
    ObjectNode details = node.putObject("details");
    event.details().forEach(details::put);
    String json = node.toString();
    return new AuditRecord(sequence, previous, sha256(json.getBytes(StandardCharsets.UTF_8)), json);
  }

  /** The bytes of an entry's line, its end included. */
  static byte[] encode(AuditRecord entry) {
    return (entry.hash() + " " + entry.json() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The entry of a line without its end; empty if it is none, or its hash is wrong. */
  static Optional<AuditRecord> decode(byte[] line) {
    if (line.length <= HASH_BYTES + 1 || line.length >= MAXIMUM_BYTES || line[HASH_BYTES] != ' ') {
      return Optional.empty();
    }
    String hash = new String(line, 0, HASH_BYTES, StandardCharsets.ISO_8859_1);
    byte[] json = Arrays.copyOfRange(line, HASH_BYTES + 1, line.length);
    if (!hash.equals(sha256(json))) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(json);
      long sequence = node.path("seq").asLong(0);
      String previous = node.path("previous").asString("");
      return sequence > 0 && HASH.matcher(previous).matches()
          ? Optional.of(
              new AuditRecord(sequence, previous, hash, new String(json, StandardCharsets.UTF_8)))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The members of an entry. */
  static JsonNode members(AuditRecord entry) {
    return JSON.readTree(entry.json());
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256", e);
    }
  }
}
