package dozo.mount.nbd;

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

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_ABORT = 2;
  static final int OPT_LIST = 3;
  static final int OPT_STARTTLS = 5;
  static final int OPT_INFO = 6;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_LIST_META_CONTEXT = 9;
  static final int OPT_SET_META_CONTEXT = 10;

  static final int REP_ACK = 1;
  static final int REP_SERVER = 2;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERR_UNSUP = 0x80000001;
  static final int REP_ERR_INVALID = 0x80000003;
  static final int REP_ERR_TLS_REQD = 0x80000005;
  static final int REP_ERR_UNKNOWN = 0x80000006;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int TRANSMIT_HAS_FLAGS = 1;
  static final int TRANSMIT_READ_ONLY = 2;
  static final int TRANSMIT_FLUSH = 4;
  static final int TRANSMIT_FUA = 8;
  static final int TRANSMIT_TRIM = 32;
  static final int TRANSMIT_WRITE_ZEROES = 64;
  static final int TRANSMIT_DF = 128;
  static final int TRANSMIT_MULTI_CONN = 256;

  static final int CMD_READ = 0;
  static final int CMD_WRITE = 1;
  static final int CMD_DISCONNECT = 2;
  static final int CMD_FLUSH = 3;
  static final int CMD_TRIM = 4;
  static final int CMD_WRITE_ZEROES = 6;
  static final int CMD_BLOCK_STATUS = 7;

  static final int CMD_FLAG_FUA = 1;
  static final int CMD_FLAG_NO_HOLE = 2;
  static final int CMD_FLAG_DF = 4;
  static final int CMD_FLAG_REQ_ONE = 8;

  static final int REPLY_DONE = 1;
  static final int REPLY_NONE = 0;
  static final int REPLY_OFFSET_DATA = 1;
  static final int REPLY_OFFSET_HOLE = 2;
  static final int REPLY_BLOCK_STATUS = 5;
  static final int REPLY_ERROR = 0x8001;

  static final int STATE_HOLE = 1;
  static final int STATE_ZERO = 2;

  static final int EPERM = 1;
  static final int EIO = 5;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;

  static final String ALLOCATION = "base:allocation";

  /** The id under which the one metadata context is told. */
  static final int ALLOCATION_ID = 1;

  /** The longest read or write, as INFO_BLOCK_SIZE tells; also the protocol's own default. */
  static final int MAX_PAYLOAD = 32 << 20;

  /** What is best asked for: the block of an overlay. */
  static final int PREFERRED_BYTES = 4096;

  /** The longest option; a name has at most 4096 bytes. */
  static final int MAX_OPTION = 16 << 10;

  private NbdProtocol() {}
}
