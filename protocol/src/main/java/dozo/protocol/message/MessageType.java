package dozo.protocol.message;

import static dozo.protocol.Protocol.FRAME_OVERHEAD_BYTES;
import static dozo.protocol.Protocol.MAXIMUM_BULK_BYTES;
import static dozo.protocol.Protocol.MAXIMUM_CHUNKS;
import static dozo.protocol.Protocol.MAXIMUM_EXTENTS;
import static dozo.protocol.Protocol.MAXIMUM_FRAME_BYTES;
import static dozo.protocol.Protocol.MAXIMUM_PRESENCE_BLOCKS;
import static dozo.protocol.Protocol.MAXIMUM_RUNS;

import dozo.format.ChunkId;
import org.jspecify.annotations.Nullable;

/**
 * The types of messages, with what can be checked before a frame's payload is there: who may send
 * it, and how long it is.
 */
public enum MessageType {
  HELLO(0x01, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  PING(0x02, Sender.EITHER, Form.BULK, 0, 0),
  PONG(0x82, Sender.EITHER, Form.BULK, 0, 0),
  WELCOME(0x81, Sender.SERVER, Form.CONTROL, 2, 4 << 10),
  GOING_AWAY(0x8e, Sender.SERVER, Form.CONTROL, 2, 16 << 10),
  ERROR(0x8f, Sender.SERVER, Form.CONTROL, 2, 16 << 10),

  BEGIN_SESSION(0x10, Sender.CLIENT, Form.CONTROL, 2, 512 << 10),
  RESUME_SESSION(0x11, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  SESSION(0x90, Sender.SERVER, Form.CONTROL, 2, Bounds.WHOLE_FRAME),
  DATA(0x12, Sender.CLIENT, Form.BULK, 9, 8 + MAXIMUM_BULK_BYTES),
  ZERO(0x13, Sender.CLIENT, Form.BULK, 16, 16),
  KEEP(0x17, Sender.CLIENT, Form.BULK, 16, 16),
  CHECK(0x18, Sender.CLIENT, Form.BULK, 44, 44),
  CHUNKS(0x19, Sender.CLIENT, Form.BULK, 12 + Bounds.EXTENT, 12 + MAXIMUM_RUNS * Bounds.EXTENT),
  WANTED(0x94, Sender.SERVER, Form.BULK, 13, 12 + MAXIMUM_RUNS),
  CONTENT(0x1a, Sender.CLIENT, Form.BULK, 18, 17 + MAXIMUM_BULK_BYTES),
  PROOF(0x1b, Sender.CLIENT, Form.BULK, 12 + ChunkId.BYTES, 12 + MAXIMUM_RUNS * ChunkId.BYTES),
  END_STREAM(0x14, Sender.CLIENT, Form.BULK, 8, 8),
  CREDIT(0x91, Sender.SERVER, Form.BULK, 8, 8),
  COMMIT(0x15, Sender.CLIENT, Form.CONTROL, 2, 512 << 10),
  PROGRESS(0x92, Sender.SERVER, Form.CONTROL, 2, 4 << 10),
  RECEIPT(0x93, Sender.SERVER, Form.CONTROL, 2, 16 << 10),
  ABORT(0x16, Sender.CLIENT, Form.BULK, 0, 0),

  TAKE_LEASE(0x30, Sender.CLIENT, Form.CONTROL, 2, 16 << 10),
  END_LEASE(0x31, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  LEASE_NOTED(0xb0, Sender.SERVER, Form.CONTROL, 2, 4 << 10),
  LIST_LEASES(0x32, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  LEASES(0xb2, Sender.SERVER, Form.CONTROL, 2, Bounds.WHOLE_FRAME),

  LIST_VMS(0x20, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  VMS(0xa0, Sender.SERVER, Form.CONTROL, 2, Bounds.WHOLE_FRAME),
  LIST_RESTORE_POINTS(0x21, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  RESTORE_POINTS(0xa1, Sender.SERVER, Form.CONTROL, 2, Bounds.WHOLE_FRAME),

  OPEN_DISK(0x28, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  DISK(0xa8, Sender.SERVER, Form.CONTROL, 2, 4 << 10),
  READ_EXTENTS(0x29, Sender.CLIENT, Form.BULK, 16, 16),
  EXTENTS(0xa9, Sender.SERVER, Form.BULK, 16 + Bounds.EXTENT, 16 + MAXIMUM_EXTENTS * Bounds.EXTENT),
  READ_CHUNKS(0x2a, Sender.CLIENT, Form.BULK, 8 + Bounds.PLACE, 8 + MAXIMUM_CHUNKS * Bounds.PLACE),
  CHUNK(0xaa, Sender.SERVER, Form.BULK, 13, 12 + MAXIMUM_BULK_BYTES),
  SEGMENT(0xad, Sender.SERVER, Form.BULK, 18, Bounds.WHOLE_FRAME),
  CHUNK_FAILED(0xab, Sender.SERVER, Form.BULK, 10, 16 << 10),
  READ_PRESENCE(0x2c, Sender.CLIENT, Form.BULK, 20, 20),
  PRESENCE(0xac, Sender.SERVER, Form.BULK, 17, 16 + MAXIMUM_PRESENCE_BLOCKS / 8),
  COMPARE_DISK(0x2e, Sender.CLIENT, Form.CONTROL, 2, 4 << 10),
  COMPARISON(0xae, Sender.SERVER, Form.CONTROL, 2, Bounds.WHOLE_FRAME),
  CLOSE_DISK(0x2b, Sender.CLIENT, Form.BULK, 0, 0);

  /** Who may send a message. */
  public enum Sender {
    CLIENT,
    SERVER,
    EITHER
  }

  /** How a payload is written. */
  public enum Form {
    /** One JSON object. */
    CONTROL,
    /** Binary, or nothing. */
    BULK
  }

  private static final class Bounds {
    static final int EXTENT = Long.BYTES + ChunkId.BYTES;
    static final int PLACE = Long.BYTES + Integer.BYTES + ChunkId.BYTES;
    static final int WHOLE_FRAME = MAXIMUM_FRAME_BYTES - FRAME_OVERHEAD_BYTES;

    private Bounds() {}
  }

  private static final @Nullable MessageType[] BY_CODE = new @Nullable MessageType[256];

  static {
    for (MessageType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final Sender sender;
  private final Form form;
  private final int minimumPayloadBytes;
  private final int maximumPayloadBytes;

  MessageType(int code, Sender sender, Form form, int minimum, int maximum) {
    this.code = code;
    this.sender = sender;
    this.form = form;
    this.minimumPayloadBytes = minimum;
    this.maximumPayloadBytes = maximum;
  }

  /** The type of that code, a u8, or null if there is none. */
  public static @Nullable MessageType ofCode(int code) {
    return BY_CODE[code];
  }

  /** Its number on the wire, a u8. */
  public int code() {
    return code;
  }

  /** Whether a client may send it. */
  public boolean isFromClient() {
    return sender != Sender.SERVER;
  }

  /** Whether a server may send it. */
  public boolean isFromServer() {
    return sender != Sender.CLIENT;
  }

  /** How its payload is written. */
  public Form form() {
    return form;
  }

  /** The fewest bytes of its payload. */
  public int minimumPayloadBytes() {
    return minimumPayloadBytes;
  }

  /** The most bytes of its payload. */
  public int maximumPayloadBytes() {
    return maximumPayloadBytes;
  }
}
