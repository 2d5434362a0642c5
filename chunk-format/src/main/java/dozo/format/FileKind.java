package dozo.format;

/** What a file of a repository is. */
public enum FileKind {
  /** {@code repository.dozo}. */
  REPOSITORY("REPO"),
  /** A key slot. */
  KEY_SLOT("KEYS"),
  /** A pack. */
  PACK("PACK"),
  /** A manifest. */
  MANIFEST("MANI"),
  /** A state file. */
  STATE("STAT");

  private final String tag;

  FileKind(String tag) {
    this.tag = tag;
  }

  /** The four ASCII characters that stand for this kind in an envelope. */
  public String tag() {
    return tag;
  }
}
