package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.protocol.Fingerprint;
import dozo.protocol.ServerTrust;
import dozo.server.channel.ChannelSettings;
import dozo.server.channel.MailAddress;
import dozo.server.channel.MailSettings;
import dozo.server.channel.MailTls;
import dozo.server.channel.Topic;
import dozo.server.channel.WebhookSettings;
import dozo.server.notify.NotificationSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads whom a server tells what. No secret stands there, only names of files with secrets; these
 * are not opened here but whenever they are needed, so that a server starts without them.
 */
final class NotificationsSection {

  private static final String SYSTEM = "system";
  private static final Duration LONGEST_GROUP = Duration.ofHours(1);
  private static final long HIGHEST_PORT = 65_535;
  private static final URI NOWHERE = URI.create("https://localhost/");
  private static final MailAddress NOBODY = new MailAddress("nobody@localhost");

  private final Section section;
  private final Path directory;
  private final Set<String> names = new HashSet<>();

  private NotificationsSection(Section section, Path directory) {
    this.section = section;
    this.directory = directory;
  }

  /**
   * Reads it. What cannot be used becomes a mistake of the file.
   *
   * @param directory where relative paths begin
   */
  static NotificationSettings read(Section section, Path directory) {
    return new NotificationsSection(section, directory).settings();
  }

  private NotificationSettings settings() {
    List<ChannelSettings> channels = new ArrayList<>();
    for (Section each : section.sections("webhooks")) {
      webhook(each).ifPresent(channels::add);
    }
    for (Section each : section.sections("mail")) {
      mail(each).ifPresent(channels::add);
    }
    if (channels.size() > NotificationSettings.MAXIMUM_CHANNELS) {
      section.wrong(
          "webhooks",
          "and mail are to be " + NotificationSettings.MAXIMUM_CHANNELS + " channels at the most");
      channels.clear();
    }
    Duration group = section.time("group").orElse(NotificationSettings.USUAL_GROUP);
    if (group.compareTo(LONGEST_GROUP) > 0) {
      section.wrong("group", "is to be no longer than 1h");
    }
    return new NotificationSettings(
        serverName(),
        channels,
        group,
        section.time("repeat").orElse(NotificationSettings.USUAL_REPEAT),
        section.value("summary-at", "a time of day such as 07:00", NotificationsSection::time),
        section
            .value(
                "timezone",
                "system or a time zone such as Europe/Berlin",
                NotificationsSection::zone)
            .orElse(ZoneId.systemDefault()));
  }

  private String serverName() {
    Optional<String> named = section.text("name").filter(name -> !name.equals(ServerFile.AUTO));
    if (named.isPresent()) {
      return named.get();
    }
    String host = thisHost();
    section.means("name", host);
    return host;
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "dozo";
    }
  }

  private static LocalTime time(String text) {
    return parsed(() -> LocalTime.parse(text));
  }

  private static ZoneId zone(String text) {
    return parsed(() -> text.equals(SYSTEM) ? ZoneId.systemDefault() : ZoneId.of(text));
  }

  private static <T> T parsed(Supplier<T> parse) {
    try {
      return parse.get();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Optional<ChannelSettings> webhook(Section webhook) {
    String name = name(webhook);
    webhook.alternatives("url", "url-file");
    Optional<URI> url = url(webhook);
    Optional<Path> urlFile = webhook.path("url-file").map(directory::resolve);
    if (!webhook.has("url") && !webhook.has("url-file")) {
      webhook.missing("url", NOWHERE);
    }
    Optional<Path> secret = webhook.path("secret-file").map(directory::resolve);
    Optional<ServerTrust> trust = trust(webhook);
    Set<Topic> topics = topics(webhook);
    return url.isPresent() == urlFile.isPresent()
        ? Optional.empty()
        : Optional.of(new WebhookSettings(name, url, urlFile, secret, trust, topics));
  }

  /** A URL may hold a secret, so that a mistake does not quote it. */
  private static Optional<URI> url(Section webhook) {
    Optional<String> text = webhook.text("url");
    try {
      return text.map(WebhookSettings::parseUrl);
    } catch (IllegalArgumentException e) {
      webhook.wrong("url", "is to be https://HOST[:PORT]/PATH, or http:// to this host alone");
      return Optional.empty();
    }
  }

  private Optional<ChannelSettings> mail(Section mail) {
    String name = name(mail);
    String host = mail.text("host").orElseGet(() -> mail.missing("host", "localhost"));
    MailTls tls = mail.choice("tls", MailTls.class).orElse(MailTls.STARTTLS);
    int port = mail.number("port", 1, HIGHEST_PORT).map(Long::intValue).orElse(tls.usualPort());
    Optional<Path> login = mail.path("login-file").map(directory::resolve);
    Optional<ServerTrust> trust = trust(mail);
    MailAddress from =
        mail.value("from", "an address such as dozo@example.org", MailAddress::new)
            .orElseGet(() -> mail.has("from") ? NOBODY : mail.missing("from", NOBODY));
    List<MailAddress> to = addresses(mail);
    Set<Topic> topics = topics(mail);
    try {
      return to.isEmpty()
          ? Optional.empty()
          : Optional.of(new MailSettings(name, host, port, tls, login, trust, from, to, topics));
    } catch (IllegalArgumentException e) {
      mail.wrong(tls == MailTls.NONE ? "tls" : "host", "cannot be so: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static List<MailAddress> addresses(Section mail) {
    List<MailAddress> addresses = new ArrayList<>();
    for (String text : mail.texts("to")) {
      try {
        addresses.add(new MailAddress(text));
      } catch (IllegalArgumentException e) {
        mail.wrong("to", "is to be addresses such as ops@example.org: " + e.getMessage());
      }
    }
    if (addresses.size() > MailSettings.MAXIMUM_RECIPIENTS) {
      mail.wrong("to", "is to be " + MailSettings.MAXIMUM_RECIPIENTS + " addresses at the most");
      return List.of();
    }
    if (addresses.isEmpty() && !mail.has("to")) {
      mail.missing("to", NOBODY);
    }
    return addresses;
  }

  private String name(Section channel) {
    String name =
        channel
            .value(
                "name", "a name of a-z, 0-9 and '-', 32 at the most", ChannelSettings::requireName)
            .orElseGet(() ->
                channel.has("name")
                    ? "channel" + names.size()
                    : channel.missing("name", "channel" + names.size()));
    if (!names.add(name)) {
      channel.wrong("name", "is another channel's, too");
      return name + "-" + names.size();
    }
    return name;
  }

  private static Set<Topic> topics(Section channel) {
    Set<Topic> topics = EnumSet.noneOf(Topic.class);
    for (String word : channel.texts("tell")) {
      Topic.parse(word)
          .ifPresentOrElse(
              topics::add,
              () ->
                  channel.wrong(
                      "tell", "is to be some of warnings, jobs, backups, summary, not " + word));
    }
    return topics.isEmpty() ? EnumSet.allOf(Topic.class) : topics;
  }

  private Optional<ServerTrust> trust(Section channel) {
    channel.alternatives("ca", "fingerprint");
    Optional<ServerTrust> authority =
        channel.path("ca").map(file -> new ServerTrust.Authority(directory.resolve(file)));
    Optional<ServerTrust> pinned =
        channel.value(
            "fingerprint",
            "64 hex digits, the SHA-256 of its certificate",
            text -> new ServerTrust.Pinned(Fingerprint.parse(text)));
    return authority.or(() -> pinned);
  }
}
