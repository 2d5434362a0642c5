package dozo.format.seal;

/** What a record of a pack holds. */
public enum RecordType {
  /** Chunks. */
  SEGMENT(1),
  /** The pack's directory. */
  DIRECTORY(2),
  /** Parity over sealed bytes, itself in clear. */
  PARITY(3);

  private final int code;

  RecordType(int code) {
    this.code = code;
  }

  /** The number for it in a record header. */
  int code() {
    return code;
  }
}
