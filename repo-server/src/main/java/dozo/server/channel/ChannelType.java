package dozo.server.channel;

import java.util.Locale;

/** The types of channels. */
public enum ChannelType {
  WEBHOOK,
  MAIL;

  /** Its word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
