package dozo.format.key;

/** What opens a slot. */
public enum SlotType {
  /** A passphrase, stretched by Argon2id. */
  PASSPHRASE(1),
  /** A key file. */
  KEY_FILE(2);

  private final int code;

  SlotType(int code) {
    this.code = code;
  }

  /** The number for it in a slot file. */
  int code() {
    return code;
  }
}
