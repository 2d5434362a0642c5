package dozo.mount.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Agrees with a client on an export and on how to speak. For one thread. */
final class NbdHandshake {

  /**
   * What was agreed.
   *
   * @param structured whether reads are answered in chunks
   * @param allocation whether the client may ask which parts are data
   */
  record Agreed(NbdExport export, boolean structured, boolean allocation) {}

  private final NbdChannel channel;
  private final NbdOptions options;
  private final List<NbdExport> exports;
  private final Optional<NbdTls> tls;
  private boolean structured;

  /** The export for which the client chose base:allocation. */
  private Optional<NbdExport> allocation = Optional.empty();

  /**
   * Begins with a client.
   *
   * @param tls what the client has to use; empty if it may not
   */
  NbdHandshake(NbdChannel channel, List<NbdExport> exports, Optional<NbdTls> tls) {
    this.channel = channel;
    this.options = new NbdOptions(channel);
    this.exports = exports;
    this.tls = tls;
  }

  /** Returns what was agreed; empty if the client did not want anything after all. */
  Optional<Agreed> run() throws IOException {
    boolean noZeroes = greet();
    if (tls.isPresent() && !secure(tls.get())) {
      return Optional.empty();
    }
    while (true) {
      NbdOptions.Option next = options.next();
      int option = next.code();
      ByteBuffer data = next.data();
      switch (option) {
        case NbdProtocol.OPT_EXPORT_NAME -> {
          return Optional.of(exportName(text(data, data.remaining()), noZeroes));
        }
        case NbdProtocol.OPT_ABORT -> {
          options.reply(option, NbdProtocol.REP_ACK);
          return Optional.empty();
        }
        case NbdProtocol.OPT_LIST -> list(option, data.remaining());
        case NbdProtocol.OPT_INFO, NbdProtocol.OPT_GO -> {
          Optional<NbdExport> export = info(option, data);
          if (option == NbdProtocol.OPT_GO && export.isPresent()) {
            return Optional.of(agreed(export.get()));
          }
        }
        case NbdProtocol.OPT_STRUCTURED_REPLY -> {
          structured = !data.hasRemaining();
          options.reply(option, structured ? NbdProtocol.REP_ACK : NbdProtocol.REP_ERR_INVALID);
        }
        case NbdProtocol.OPT_LIST_META_CONTEXT, NbdProtocol.OPT_SET_META_CONTEXT ->
            contexts(option, data);
        case NbdProtocol.OPT_STARTTLS ->
            options.reply(
                option, tls.isPresent() ? NbdProtocol.REP_ERR_INVALID : NbdProtocol.REP_ERR_UNSUP);
        default -> options.reply(option, NbdProtocol.REP_ERR_UNSUP);
      }
    }
  }

  /** Exchanges flags; returns whether the client does without zeros that nobody needs. */
  private boolean greet() throws IOException {
    channel.write(
        ByteBuffer.allocate(18)
            .putLong(NbdProtocol.INIT_MAGIC)
            .putLong(NbdProtocol.OPTION_MAGIC)
            .putShort((short) (NbdProtocol.FLAG_FIXED_NEWSTYLE | NbdProtocol.FLAG_NO_ZEROES))
            .flip());
    int flags = channel.read(4).getInt();
    if ((flags & ~(NbdProtocol.FLAG_FIXED_NEWSTYLE | NbdProtocol.FLAG_NO_ZEROES)) != 0) {
      throw new IOException("the client wants flags that were not offered: " + flags);
    }
    if (tls.isPresent() && (flags & NbdProtocol.FLAG_FIXED_NEWSTYLE) == 0) {
      throw new IOException("the client cannot be told to use TLS");
    }
    return (flags & NbdProtocol.FLAG_NO_ZEROES) != 0;
  }

  /**
   * Takes nothing but the wish for TLS, or for the end, until there is TLS: what the protocol calls
   * FORCEDTLS. Nothing that is said before has any effect afterwards.
   *
   * @return whether the client goes on
   */
  private boolean secure(NbdTls with) throws IOException {
    while (true) {
      NbdOptions.Option next = options.next();
      switch (next.code()) {
        case NbdProtocol.OPT_STARTTLS -> {
          if (next.data().hasRemaining()) {
            options.reply(next.code(), NbdProtocol.REP_ERR_INVALID);
          } else {
            options.reply(next.code(), NbdProtocol.REP_ACK);
            channel.startTls(with);
            return true;
          }
        }
        case NbdProtocol.OPT_ABORT -> {
          options.reply(next.code(), NbdProtocol.REP_ACK);
          return false;
        }
        // The only way to say no to this option is to hang up.
        case NbdProtocol.OPT_EXPORT_NAME ->
            throw new IOException("the client wants an export without TLS");
        default -> options.reply(next.code(), NbdProtocol.REP_ERR_TLS_REQD);
      }
    }
  }

  private Agreed agreed(NbdExport export) {
    return new Agreed(
        export,
        structured,
        allocation.filter(each -> each.name().equals(export.name())).isPresent());
  }

  private Agreed exportName(String name, boolean noZeroes) throws IOException {
    // The only way to say no to this option is to hang up.
    NbdExport export =
        find(name).orElseThrow(() -> new IOException("the client wants an unknown export"));
    channel.write(
        ByteBuffer.allocate(noZeroes ? 10 : 134)
            .putLong(export.sizeBytes())
            .putShort((short) flags(export))
            .clear());
    return agreed(export);
  }

  private void list(int option, int length) throws IOException {
    if (length != 0) {
      options.reply(option, NbdProtocol.REP_ERR_INVALID);
      return;
    }
    for (NbdExport export : exports) {
      byte[] name = export.name().getBytes(StandardCharsets.UTF_8);
      options.reply(
          option,
          NbdProtocol.REP_SERVER,
          ByteBuffer.allocate(4 + name.length).putInt(name.length).put(name).flip());
    }
    options.reply(option, NbdProtocol.REP_ACK);
  }

  private Optional<NbdExport> info(int option, ByteBuffer data) throws IOException {
    Optional<String> name = name(data);
    if (name.isEmpty()) {
      options.reply(option, NbdProtocol.REP_ERR_INVALID);
      return Optional.empty();
    }
    Optional<NbdExport> export = find(name.get());
    if (export.isEmpty()) {
      options.reply(option, NbdProtocol.REP_ERR_UNKNOWN);
      return export;
    }
    options.reply(
        option,
        NbdProtocol.REP_INFO,
        ByteBuffer.allocate(12)
            .putShort((short) NbdProtocol.INFO_EXPORT)
            .putLong(export.get().sizeBytes())
            .putShort((short) flags(export.get()))
            .flip());
    options.reply(
        option,
        NbdProtocol.REP_INFO,
        ByteBuffer.allocate(14)
            .putShort((short) NbdProtocol.INFO_BLOCK_SIZE)
            .putInt(1)
            .putInt(NbdProtocol.PREFERRED_BYTES)
            .putInt(NbdProtocol.MAX_PAYLOAD)
            .flip());
    options.reply(option, NbdProtocol.REP_ACK);
    return export;
  }

  private void contexts(int option, ByteBuffer data) throws IOException {
    Optional<String> name = name(data);
    if (name.isEmpty() || !structured || data.remaining() < 4) {
      options.reply(option, NbdProtocol.REP_ERR_INVALID);
      return;
    }
    Optional<NbdExport> export = find(name.get());
    if (export.isEmpty()) {
      options.reply(option, NbdProtocol.REP_ERR_UNKNOWN);
      return;
    }
    int queries = data.getInt();
    boolean wanted = option == NbdProtocol.OPT_LIST_META_CONTEXT && queries == 0;
    for (int i = 0; i < queries && data.hasRemaining(); i++) {
      Optional<String> query = name(data);
      wanted |=
          query.filter(text -> text.equals(NbdProtocol.ALLOCATION)).isPresent()
              || (option == NbdProtocol.OPT_LIST_META_CONTEXT
                  && query.filter(text -> text.equals("base:")).isPresent());
    }
    boolean set = option == NbdProtocol.OPT_SET_META_CONTEXT;
    if (set) {
      allocation = wanted ? export : Optional.empty();
    }
    if (wanted) {
      byte[] text = NbdProtocol.ALLOCATION.getBytes(StandardCharsets.US_ASCII);
      options.reply(
          option,
          NbdProtocol.REP_META_CONTEXT,
          ByteBuffer.allocate(4 + text.length)
              .putInt(set ? NbdProtocol.ALLOCATION_ID : 0)
              .put(text)
              .flip());
    }
    options.reply(option, NbdProtocol.REP_ACK);
  }

  /** A text with its length before it. */
  private static Optional<String> name(ByteBuffer data) {
    if (data.remaining() < 4) {
      return Optional.empty();
    }
    int length = data.getInt();
    return length < 0 || length > data.remaining()
        ? Optional.empty()
        : Optional.of(text(data, length));
  }

  private static String text(ByteBuffer data, int length) {
    byte[] bytes = new byte[length];
    data.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The export of a name; the empty name is the first's. */
  private Optional<NbdExport> find(String name) {
    return exports.stream()
        .filter(export -> name.isEmpty() || export.name().equals(name))
        .findFirst();
  }

  private static int flags(NbdExport export) {
    int flags =
        NbdProtocol.TRANSMIT_HAS_FLAGS
            | NbdProtocol.TRANSMIT_FLUSH
            | NbdProtocol.TRANSMIT_DF
            | NbdProtocol.TRANSMIT_MULTI_CONN;
    return export.isWritable()
        ? flags
            | NbdProtocol.TRANSMIT_FUA
            | NbdProtocol.TRANSMIT_TRIM
            | NbdProtocol.TRANSMIT_WRITE_ZEROES
        : flags | NbdProtocol.TRANSMIT_READ_ONLY;
  }
}
