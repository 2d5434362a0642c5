package dozo.server.net;

import dozo.format.manifest.RestorePoint;
import dozo.protocol.message.MessageType;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.auth.Principal;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * What the audit log is told of one client.
 *
 * <p>Any thread; never waits.
 */
final class ClientAudit {

  private final AuditTrail trail;
  private final Actor actor;

  ClientAudit(AuditTrail trail, Principal principal, Channel channel) {
    this.trail = trail;
    this.actor = Actor.of(principal, Optional.of(address(channel)));
  }

  /** The host at the other end, without the port, which is another each time. */
  private static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress()
        : "unix";
  }

  /** Somebody came without a good token. */
  static void refused(AuditTrail trail, Channel channel) {
    String from = address(channel);
    trail.noteRepeatable(
        "refused " + from,
        trail.event(Actor.nobody(from), "authenticate", Outcome.REFUSED).with("via", "protocol"));
  }

  /** The client's role does not allow a message. */
  void forbidden(MessageType type) {
    String action = type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    trail.noteRepeatable(
        "forbidden " + actor + action, trail.event(actor, action, Outcome.REFUSED));
  }

  /** The client began to read a disk or file. */
  void opened(RestorePoint point, String name) {
    trail.noteRepeatable(
        "opened " + actor + point.id() + name,
        trail
            .event(actor, "open-disk", Outcome.DONE)
            .with("restorePoint", point.id())
            .with("name", name)
            .with("namespace", point.vm().namespace())
            .with("vm", point.vm().id())
            .with("vmName", point.vm().name()));
  }
}
