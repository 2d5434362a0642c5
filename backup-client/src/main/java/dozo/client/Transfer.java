package dozo.client;

import java.util.Locale;

/** The ways to bring disks to a server. Both make the same restore point. */
public enum Transfer {
  /** Whichever suits the link and the data, found out with the first megabytes of each disk. */
  AUTO,
  /** Everything is sent, and the server finds out what it has. */
  STREAM,
  /** The client cuts and hashes, and sends what the server has not. */
  SOURCE;

  /** The word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
