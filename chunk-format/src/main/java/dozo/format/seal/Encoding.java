package dozo.format.seal;

/** What became of the plain bytes before they were encrypted. */
public enum Encoding {
  /** Nothing. */
  RAW(0),
  /** One zstd frame that tells its content's size. */
  ZSTD(1);

  private final int code;

  Encoding(int code) {
    this.code = code;
  }

  /** The number for it in a record header. */
  int code() {
    return code;
  }
}
