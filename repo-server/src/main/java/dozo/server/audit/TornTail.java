package dozo.server.audit;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What stands behind the last sound entry of a file.
 *
 * @param file the file's name
 * @param offset where it begins
 * @param bytes how many bytes there are, at least one
 * @param sha256 of them, in hex
 */
record TornTail(String file, int offset, int bytes, String sha256) {

  private static final String ACTION = "torn";
  private static final int MAXIMUM_TOLD = 16;

  static TornTail of(String file, byte[] content, int offset) {
    byte[] tail = Arrays.copyOfRange(content, offset, content.length);
    return new TornTail(file, offset, tail.length, AuditLine.sha256(tail));
  }

  /** What the log itself says of all that it found; of too many, the last. */
  static AuditEvent event(List<TornTail> all, Instant time) {
    AuditEvent event = AuditEvent.of(time, Actor.SERVER, ACTION, Outcome.DONE);
    for (TornTail torn : all.subList(Math.max(0, all.size() - MAXIMUM_TOLD), all.size())) {
      event = event.with(torn.file, torn.detail());
    }
    return event;
  }

  private String detail() {
    return offset + " " + bytes + " " + sha256;
  }

  /** Whether an entry accounts for this. */
  boolean isToldBy(AuditRecord entry) {
    var members = AuditLine.members(entry);
    return members.path("action").asString("").equals(ACTION)
        && members.path("details").path(file).asString("").equals(detail());
  }
}
