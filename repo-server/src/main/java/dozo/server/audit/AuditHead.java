package dozo.server.audit;

/**
 * The last entry of a log: whoever has noted it elsewhere can tell later whether all until then is
 * still there.
 *
 * @param sequence its number; 0 if there is none
 * @param hash its hash, in hex; zeros if there is none
 */
public record AuditHead(long sequence, String hash) {

  /** Before the first entry. */
  public static final AuditHead NONE = new AuditHead(0, AuditLine.NO_HASH);

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is nothing such
   */
  public static AuditHead parse(String text) {
    int colon = text.indexOf(':');
    String hash = text.substring(colon + 1);
    try {
      long sequence = Long.parseLong(text.substring(0, Math.max(0, colon)));
      if (sequence > 0 && hash.matches("[0-9a-f]{64}")) {
        return new AuditHead(sequence, hash);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "An entry is named by its number, a colon and its hash of 64 hex digits, not " + text);
  }

  /** Its number and hash, as {@code dozo audit verify} prints and takes them. */
  @Override
  public String toString() {
    return sequence + ":" + hash;
  }
}
