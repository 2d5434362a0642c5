package dozo.server.channel;

import java.util.Set;
import java.util.regex.Pattern;

/** How a channel is set up. There is no secret in it, only the names of files with secrets. */
public sealed interface ChannelSettings permits WebhookSettings, MailSettings {

  /** What channels can be called. */
  Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /** What operators call it; no two channels have the same. */
  String name();

  /** Its word in JSON. */
  ChannelType type();

  /** Where it goes, as far as that is no secret. */
  String target();

  /** What it is told of. */
  Set<Topic> topics();

  /** Whether an event is for it. */
  default boolean wants(Event event) {
    return topics().stream().anyMatch(topic -> topic.has(event.kind()));
  }

  /**
   * Refuses what no channel can be called.
   *
   * @throws IllegalArgumentException if it is that
   */
  static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A channel's name has 1 to 32 of a-z, 0-9 and '-', not \"" + name + "\"");
    }
    return name;
  }
}
