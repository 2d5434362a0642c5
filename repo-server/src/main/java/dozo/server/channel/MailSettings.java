package dozo.server.channel;

import dozo.protocol.ServerTrust;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A way to send mail: a server that takes it (SMTP submission, RFC 6409).
 *
 * @param host the server's name or address
 * @param tls how the connection is encrypted
 * @param loginFile a file with a user name and a password, a line each, if the server wants them
 * @param trust how the server is known; by the authorities that Java trusts, if empty
 * @param to at least one
 */
public record MailSettings(
    String name,
    String host,
    int port,
    MailTls tls,
    Optional<Path> loginFile,
    Optional<ServerTrust> trust,
    MailAddress from,
    List<MailAddress> to,
    Set<Topic> topics)
    implements ChannelSettings {

  /** More are for a list of the mail server's own. */
  public static final int MAXIMUM_RECIPIENTS = 20;

  private static final int HIGHEST_PORT = 65_535;

  /** Refuses what would send in the clear, or to nobody. */
  public MailSettings {
    ChannelSettings.requireName(name);
    if (!host.matches("[A-Za-z0-9._:-]{1,253}") || port < 1 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("No host and port: " + host + " " + port);
    }
    if (tls == MailTls.NONE && !Loopback.is(host)) {
      throw new IllegalArgumentException(
          "Mail goes without TLS to this host alone, and " + host + " is another");
    }
    if (to.isEmpty() || to.size() > MAXIMUM_RECIPIENTS) {
      throw new IllegalArgumentException(
          "Mail goes to 1 to " + MAXIMUM_RECIPIENTS + " addresses, not " + to.size());
    }
    to = List.copyOf(to);
    topics = Set.copyOf(topics);
  }

  @Override
  public ChannelType type() {
    return ChannelType.MAIL;
  }

  @Override
  public String target() {
    return String.join(", ", to.stream().map(MailAddress::text).toList()) + " through " + host;
  }
}
