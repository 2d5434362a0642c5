package dozo.protocol;

/** The numbers of docs/protocol.md that more than one package needs. */
public final class Protocol {

  /** The only version so far. */
  public static final int VERSION = 1;

  /** The name of the protocol in TLS's application layer negotiation. */
  public static final String ALPN = "dozo/1";

  /** The largest value of a frame's length field. */
  public static final int MAXIMUM_FRAME_BYTES = (1 << 20) + (4 << 10);

  /** The most bytes of disk in one DATA, CHUNK or SEGMENT frame. */
  public static final int MAXIMUM_BULK_BYTES = 1 << 20;

  /** What a DATA or ZERO frame costs at least, in bytes of credit. */
  public static final int MINIMUM_COST_BYTES = 4 << 10;

  /** What a frame's length field counts besides the payload: type, flags, reserved, channel. */
  public static final int FRAME_OVERHEAD_BYTES = 8;

  /** What a DATA frame's length field counts besides its bytes of disk. */
  public static final int DATA_OVERHEAD_BYTES = FRAME_OVERHEAD_BYTES + Long.BYTES;

  /** What the payload of a CONTENT frame has before its bytes. */
  public static final int CONTENT_PLACE_BYTES = Long.BYTES + 2 * Integer.BYTES + 1;

  /** The most entries that READ_EXTENTS may ask for. */
  public static final int MAXIMUM_EXTENTS = 8_192;

  /** The most chunks that READ_CHUNKS may ask for. */
  public static final int MAXIMUM_CHUNKS = 1_024;

  /** The most runs in a CHUNKS frame, and the most chunks in a PROOF frame. */
  public static final int MAXIMUM_RUNS = 1_024;

  /** The most chunks in a CONTENT frame. */
  public static final int MAXIMUM_CONTENT_CHUNKS = 4_096;

  /** The longest chunk that a client may cut at the source; longer ones fit in no frame. */
  public static final int MAXIMUM_SOURCE_CHUNK_BYTES = MAXIMUM_BULK_BYTES;

  /** What a run in a CHUNKS frame costs, in bytes of credit. */
  public static final int RUN_COST_BYTES = 128;

  /** The most blocks that READ_PRESENCE may ask for. */
  public static final int MAXIMUM_PRESENCE_BLOCKS = 1 << 20;

  /** The most ranges in one COMPARISON. */
  public static final int MAXIMUM_RANGES = 8_192;

  /** The most requests for reading that may be under way on a connection. */
  public static final int MAXIMUM_READS = 64;

  /** The most bytes of chunks that may be under way on a connection. */
  public static final long MAXIMUM_READ_BYTES = 64L << 20;

  /** The most entries in the answer to LIST_RESTORE_POINTS. */
  public static final int MAXIMUM_LISTED = 10_000;

  /** The entries in the answer to LIST_RESTORE_POINTS that names no limit. */
  public static final int DEFAULT_LISTED = 1_000;

  /**
   * Begins the names of the attributes by which a backup client knows a restore point of its own
   * again. The disk's name follows.
   */
  public static final String TRACKING_PREFIX = "tracking.";

  /** How long a client may be silent before it pings. */
  public static final int PING_SECONDS = 20;

  /** How long a peer may be silent before it is taken to be gone. */
  public static final int SILENCE_SECONDS = 60;

  /** How long a client may take from the TLS handshake to HELLO. */
  public static final int HELLO_SECONDS = 10;

  private Protocol() {}

  /** What a DATA frame with that many bytes of disk costs. */
  public static int dataCost(int bytes) {
    return Math.max(MINIMUM_COST_BYTES, DATA_OVERHEAD_BYTES + bytes);
  }

  /** What a CHUNKS frame with that many runs costs. */
  public static int runsCost(int runs) {
    return Math.max(MINIMUM_COST_BYTES, RUN_COST_BYTES * runs);
  }

  /** What a CONTENT or PROOF frame with a payload of that many bytes costs. */
  public static int frameCost(int payloadBytes) {
    return Math.max(MINIMUM_COST_BYTES, FRAME_OVERHEAD_BYTES + payloadBytes);
  }
}
