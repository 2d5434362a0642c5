package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.protocol.codec.FrameException;
import dozo.protocol.message.ConnectionMessage;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.Frame;
import dozo.protocol.message.LeaseMessage;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.ListLeases;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.protocol.message.ListingMessage;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.SessionMessage;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Data;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.Unreadable;
import dozo.server.auth.Permissions;
import dozo.server.auth.Principal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that was let in: asks for each message whether it may come, and hands it to what it
 * concerns.
 *
 * <p>For the connection's event loop.
 */
final class Client {

  private static final Logger log = LoggerFactory.getLogger(Client.class);
  private static final int TICK_MILLISECONDS = 500;

  private final ServiceParts parts;
  private final Principal principal;
  private final Channel channel;
  private final Replies replies;
  private final SessionChannels sessions;
  private final DiskChannels disks;
  private final ClientAudit audit;
  private final JobQueue jobs;
  private final Future<?> ticks;
  private int lastChannel = Frame.FIRST_OF_SERVER;
  private long unwritableBytes;
  private long unwritableSinceNanos;

  Client(ChannelHandlerContext context, ServiceParts parts, Principal principal, Replies replies) {
    this.parts = parts;
    this.principal = principal;
    this.channel = context.channel();
    this.replies = replies;
    this.audit = new ClientAudit(parts.audit(), principal, channel);
    this.sessions =
        new SessionChannels(parts, principal, channel.eventLoop(), replies, this::nextChannel);
    this.disks =
        new DiskChannels(parts, principal, audit, channel.eventLoop(), replies, this::nextChannel);
    this.jobs = new JobQueue(channel, parts.blocking(), this::adjustReading);
    this.ticks =
        context
            .executor()
            .scheduleAtFixedRate(
                this::tick, TICK_MILLISECONDS, TICK_MILLISECONDS, TimeUnit.MILLISECONDS);
  }

  Principal principal() {
    return principal;
  }

  private int nextChannel() {
    if (lastChannel == -1) {
      throw new FrameException("The connection has used up its channels");
    }
    return ++lastChannel;
  }

  void receive(Frame frame) {
    Message message = frame.message();
    int number = frame.channel();
    MessageType type = message.type();
    if (!Permissions.allow(principal.role(), type)) {
      if (!(message instanceof Data data && data.costBytes() == 0)) {
        audit.forbidden(type);
        replies.fail(
            number,
            Failures.failure(
                ErrorCode.FORBIDDEN,
                (principal.equals(Principal.LOCAL)
                        ? "Without a token the server's own socket is for reading, and whoever uses it"
                        : "A token of role " + principal.role().word())
                    + " may not send "
                    + type
                    + "; a token of role "
                    + Permissions.rolesFor(type)
                    + " may"));
      }
      return;
    }
    if (isRequest(type)) {
      if (number <= 0) {
        throw new FrameException(type + " came on channel " + Integer.toUnsignedString(number));
      }
      if (!parts.tokens().isCurrent(principal)) {
        replies.closeWith(
            Failures.failure(ErrorCode.UNAUTHENTICATED, "The token is not known here"));
        return;
      }
    }
    switch (message) {
      case ConnectionMessage it -> receive(it);
      case BeginSession plan -> jobs.submit(sessions.begin(number, plan));
      case ResumeSession resume -> jobs.submit(sessions.resume(number, resume));
      case SessionMessage it -> sessions.receive(number, it);
      case LeaseMessage it -> jobs.submit(leases(number, it));
      case ListingMessage it -> jobs.submit(listing(number, it));
      case OpenDisk open -> jobs.submit(disks.open(number, open));
      case CompareDisk compare -> jobs.submit(disks.compare(number, compare));
      case ReadingMessage it -> disks.receive(number, it, jobs);
      case Unreadable unreadable ->
          replies.fail(
              number,
              Failures.failure(
                  ErrorCode.INVALID, type + " cannot be read. " + unreadable.reason()));
    }
  }

  private static boolean isRequest(MessageType type) {
    return switch (type) {
      case BEGIN_SESSION,
          RESUME_SESSION,
          TAKE_LEASE,
          END_LEASE,
          LIST_LEASES,
          LIST_VMS,
          LIST_RESTORE_POINTS,
          OPEN_DISK,
          COMPARE_DISK ->
          true;
      default -> false;
    };
  }

  private void receive(ConnectionMessage message) {
    switch (message) {
      case Ping _ -> replies.write(Frame.CONNECTION, new Pong());
      case Pong _ -> {}
      default -> throw new FrameException(message.type() + " may not come now");
    }
  }

  private Job leases(int number, LeaseMessage message) {
    return switch (message) {
      case TakeLease take ->
          new LeaseJob(replies, number, () -> parts.leases().take(principal, take));
      case EndLease end -> new LeaseJob(replies, number, () -> parts.leases().end(principal, end));
      case ListLeases _ -> ListingJob.leases(replies, number, parts.leases(), principal);
      default -> throw new FrameException(message.type() + " may not come now");
    };
  }

  private Job listing(int number, ListingMessage message) {
    return switch (message) {
      case ListVms _ -> ListingJob.vms(replies, number, parts.visible(), principal);
      case ListRestorePoints question ->
          ListingJob.restorePoints(replies, number, parts.visible(), principal, question);
      default -> throw new FrameException(message.type() + " may not come now");
    };
  }

  void readComplete() {
    sessions.readComplete();
    replies.flush();
  }

  void writabilityChanged() {
    unwritableSinceNanos = System.nanoTime();
    unwritableBytes = channel.bytesBeforeWritable();
    jobs.pump();
    adjustReading();
  }

  /** Reads nothing more while the client asks faster than it takes the answers. */
  private void adjustReading() {
    channel.config().setAutoRead(channel.isWritable() && !jobs.isFull());
  }

  private void tick() {
    sessions.tick();
    if (!parts.tokens().isCurrent(principal)) {
      replies.closeWith(Failures.failure(ErrorCode.UNAUTHENTICATED, "The token is not known here"));
    } else if (!channel.isWritable()) {
      closeIfStalled();
    }
  }

  private void closeIfStalled() {
    long bytes = channel.bytesBeforeWritable();
    long now = System.nanoTime();
    if (bytes < unwritableBytes) {
      unwritableSinceNanos = now;
    }
    unwritableBytes = bytes;
    if (now - unwritableSinceNanos > parts.limits().stall().toNanos()) {
      log.info("Connection closed, its client does not read peer={}", channel.remoteAddress());
      var _ = channel.close();
    }
  }

  void close() {
    ticks.cancel(false);
    jobs.close();
    sessions.close();
    disks.close();
  }
}
