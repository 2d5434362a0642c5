package dozo.protocol.codec;

import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.GoingAway;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.LeaseNoted;
import dozo.protocol.message.LeaseMessage.Leases;
import dozo.protocol.message.LeaseMessage.ListLeases;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.RestorePoints;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.Comparison;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.Unreadable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The payloads of control messages: one JSON object each. */
final class ControlCodec {

  private static final JsonMapper JSON = WireJson.mapper();

  private ControlCodec() {}

  /**
   * Reads a control message and consumes its payload.
   *
   * @return the message, or an {@link Unreadable} in its place
   */
  static Message read(MessageType type, ByteBuf payload) {
    Class<? extends Message> record = recordOf(type);
    // Only the stream is bounded to the payload; the parser may stop early at a fault.
    InputStream in = new ByteBufInputStream(payload.duplicate(), payload.readableBytes());
    payload.skipBytes(payload.readableBytes());
    try {
      Message message = JSON.readValue(in, record);
      if (message == null) {
        return new Unreadable(type, "It is null");
      }
      return RequiredMembers.firstMissing((Record) message)
          .<Message>map(name -> new Unreadable(type, WireJson.describeMember(name)))
          .orElse(message);
    } catch (JacksonException e) {
      return new Unreadable(type, WireJson.describe(e));
    }
  }

  /** Writes a control message. */
  static void write(Message message, ByteBuf out) {
    OutputStream stream = new ByteBufOutputStream(out);
    JSON.writeValue(stream, message);
  }

  /**
   * Lets Jackson look at the record of a message that a client is going to send or to receive; else
   * it does so on the first one.
   *
   * @throws IllegalArgumentException if it is no control message
   */
  static void prepare(MessageType type) {
    Class<? extends Message> record = recordOf(type);
    if (type.isFromServer()) {
      JSON.readerFor(record);
    } else {
      JSON.writerFor(record);
    }
  }

  private static Class<? extends Message> recordOf(MessageType type) {
    return switch (type) {
      case HELLO -> Hello.class;
      case WELCOME -> Welcome.class;
      case GOING_AWAY -> GoingAway.class;
      case ERROR -> Failure.class;
      case BEGIN_SESSION -> BeginSession.class;
      case RESUME_SESSION -> ResumeSession.class;
      case SESSION -> SessionOpened.class;
      case COMMIT -> Commit.class;
      case PROGRESS -> Progress.class;
      case RECEIPT -> Receipt.class;
      case TAKE_LEASE -> TakeLease.class;
      case END_LEASE -> EndLease.class;
      case LEASE_NOTED -> LeaseNoted.class;
      case LIST_LEASES -> ListLeases.class;
      case LEASES -> Leases.class;
      case LIST_VMS -> ListVms.class;
      case VMS -> Vms.class;
      case LIST_RESTORE_POINTS -> ListRestorePoints.class;
      case RESTORE_POINTS -> RestorePoints.class;
      case OPEN_DISK -> OpenDisk.class;
      case DISK -> Disk.class;
      case COMPARE_DISK -> CompareDisk.class;
      case COMPARISON -> Comparison.class;
      default -> throw new IllegalArgumentException(type + " is no control message");
    };
  }
}
