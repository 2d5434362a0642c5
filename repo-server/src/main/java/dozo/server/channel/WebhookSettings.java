package dozo.server.channel;

import dozo.protocol.ServerTrust;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A webhook.
 *
 * @param url where it is, unless a file says so: chat programs put a secret into it
 * @param urlFile a file with its URL
 * @param secretFile a file with the secret that its messages are signed with, if they are
 * @param trust how its server is known; by the authorities that Java trusts, if empty
 */
public record WebhookSettings(
    String name,
    Optional<URI> url,
    Optional<Path> urlFile,
    Optional<Path> secretFile,
    Optional<ServerTrust> trust,
    Set<Topic> topics)
    implements ChannelSettings {

  /** Refuses what would send in the clear, or to nowhere. */
  public WebhookSettings {
    ChannelSettings.requireName(name);
    if (url.isPresent() == urlFile.isPresent()) {
      throw new IllegalArgumentException("A webhook has a URL or a file with one");
    }
    url.ifPresent(WebhookSettings::requireUsable);
    topics = Set.copyOf(topics);
  }

  @Override
  public ChannelType type() {
    return ChannelType.WEBHOOK;
  }

  /** The beginning of the URL: what comes behind the host may be secret. */
  @Override
  public String target() {
    return url.map(known -> known.getScheme() + "://" + known.getRawAuthority())
        .orElse("the URL in " + urlFile.map(Path::toString).orElse(""));
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it is none that messages may be sent to
   */
  public static URI parseUrl(String text) {
    try {
      return requireUsable(URI.create(text));
    } catch (IllegalArgumentException e) {
      // Its own words repeat the URL, which may hold a secret.
      throw new IllegalArgumentException(
          "A webhook's URL is https://HOST[:PORT]/PATH; http:// is for this host alone");
    }
  }

  private static URI requireUsable(URI url) {
    String scheme = String.valueOf(url.getScheme());
    String host = String.valueOf(url.getHost()).replaceAll("[\\[\\]]", "");
    boolean usable =
        url.getHost() != null
            && url.getRawUserInfo() == null
            && url.getRawFragment() == null
            && (scheme.equals("https") || (scheme.equals("http") && Loopback.is(host)));
    if (!usable) {
      throw new IllegalArgumentException("A webhook's URL is https://, or http:// to this host");
    }
    return url;
  }

  /** Leaves the URL out. */
  @Override
  public String toString() {
    return "WebhookSettings[name=" + name + ", target=" + target() + "]";
  }
}
