package dozo.format;

/**
 * The bounds of format version 1, as {@code docs/format.md} §11 lists them. A writer keeps them and
 * a reader checks them before it allocates.
 */
public final class Limits {

  /** The longest chunk in bytes; the shortest has 1. */
  public static final int CHUNK_BYTES = 4 << 20;

  /** The most chunks in a segment. */
  public static final int SEGMENT_CHUNKS = 4_096;

  /** The most plain bytes of a segment, its chunk list included. */
  public static final int SEGMENT_BYTES = 8 << 20;

  /**
   * The largest size at which a segment may be told to end; the chunk that reaches it is still in.
   */
  public static final int SEGMENT_TARGET_BYTES = 2 << 20;

  /** The longest pack in bytes. */
  public static final long PACK_BYTES = 1L << 30;

  /** The most records in a pack, the directory included. */
  public static final int PACK_RECORDS = 1 << 20;

  /** The most plain bytes of a pack's directory. */
  public static final int DIRECTORY_BYTES = 64 << 20;

  /** The most bytes of a manifest's JSON. */
  public static final int MANIFEST_BYTES = 8 << 20;

  /** The most bytes of a state file's JSON. */
  public static final int STATE_BYTES = 1 << 20;

  /** The most bytes of the JSON in {@code repository.dozo}. */
  public static final int PARAMETERS_BYTES = 64 << 10;

  /** The most key slots of a repository. */
  public static final int KEY_SLOTS = 64;

  /** The most key epochs of a repository. */
  public static final int EPOCHS = 1_000;

  /** The most entries of a chunk map's node. */
  public static final int NODE_ENTRIES = 512;

  /** The highest level of a chunk map's node; a leaf is at level 0. */
  public static final int NODE_LEVEL = 15;

  /** The largest disk in bytes. */
  public static final long DISK_BYTES = 64L << 40;

  private Limits() {}
}
