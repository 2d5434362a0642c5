package dozo.server.channel;

/** How a connection to a mail server is encrypted. */
public enum MailTls {
  /** It begins in the clear, and nothing is sent before it is encrypted; usually on port 587. */
  STARTTLS(587),
  /** From its first byte on; usually on port 465. */
  IMPLICIT(465),
  /** Not at all, which only a server on this host can be worth. */
  NONE(25);

  private final int usualPort;

  MailTls(int usualPort) {
    this.usualPort = usualPort;
  }

  /** The port where nothing else is said. */
  public int usualPort() {
    return usualPort;
  }
}
