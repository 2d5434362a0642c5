package dozo.format.pack;

/** What the chunks of a pack are. The two never share a pack, so that walking maps reads little. */
public enum ContentKind {
  /** Chunks of disks and configuration files. */
  DATA(1),
  /** Nodes of chunk maps. */
  MAP_NODES(2);

  private final int code;

  ContentKind(int code) {
    this.code = code;
  }

  /** The number for it in a pack's header and in the index. */
  public int code() {
    return code;
  }
}
