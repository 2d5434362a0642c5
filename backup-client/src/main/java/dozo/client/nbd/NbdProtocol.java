package dozo.client.nbd;

/** The numbers of the protocol that are used here. */
final class NbdProtocol {
  static final long INIT_MAGIC = 0x4E42444D41474943L; // "NBDMAGIC"
  static final long OPTION_MAGIC = 0x49484156454F5054L; // "IHAVEOPT"
  static final long OPTION_REPLY_MAGIC = 0x0003E889045565A9L;
  static final int REQUEST_MAGIC = 0x25609513;
  static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  static final int STRUCTURED_REPLY_MAGIC = 0x668E33EF;

  static final int FLAG_FIXED_NEWSTYLE = 1;
  static final int FLAG_NO_ZEROES = 2;

  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_SET_META_CONTEXT = 10;

  static final int REP_ACK = 1;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERROR = 0x80000000;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int TRANSMIT_MULTI_CONN = 256;

  static final int CMD_READ = 0;
  static final int CMD_DISCONNECT = 2;
  static final int CMD_BLOCK_STATUS = 7;

  static final int REPLY_DONE = 1;
  static final int REPLY_NONE = 0;
  static final int REPLY_OFFSET_DATA = 1;
  static final int REPLY_OFFSET_HOLE = 2;
  static final int REPLY_BLOCK_STATUS = 5;
  static final int REPLY_ERROR = 0x8001;
  static final int REPLY_ERROR_OFFSET = 0x8002;

  static final int HANDSHAKE_BYTES = 18;
  static final int OPTION_REPLY_BYTES = 20;
  static final int REQUEST_BYTES = 28;
  static final int SIMPLE_REPLY_BYTES = 16;
  static final int CHUNK_BYTES = 20;

  /** "A string is at most 4096 bytes." */
  static final int MAXIMUM_STRING = 4096;

  /** The longest reply to an option: a name and a few numbers. */
  static final int MAXIMUM_OPTION_REPLY = MAXIMUM_STRING + 64;

  /** What may be asked for where the server names no limit; also the most that is asked for. */
  static final int MAXIMUM_READ = 32 << 20;

  /** The longest list of extents that is taken in one chunk: qemu sends an eighth of it. */
  static final int MAXIMUM_EXTENTS = 1 << 20;

  private NbdProtocol() {}
}
