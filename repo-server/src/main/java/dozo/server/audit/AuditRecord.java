package dozo.server.audit;

import tools.jackson.databind.json.JsonMapper;

/**
 * An entry as it stands in the log.
 *
 * @param sequence its number, 1 for the first
 * @param previous the hash of the entry before, in hex
 * @param hash its own, in hex
 * @param json all of it but its hash, with members that later versions may have added
 */
public record AuditRecord(long sequence, String previous, String hash, String json) {

  private static final JsonMapper JSON = new JsonMapper();

  /** What was done. */
  public String action() {
    return JSON.readTree(json).path("action").asString("");
  }
}
