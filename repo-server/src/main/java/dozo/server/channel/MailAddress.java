package dozo.server.channel;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/**
 * An address that mail comes from or goes to.
 *
 * @param text {@code local@domain} and nothing else: no name, no comment, no list
 */
public record MailAddress(String text) {

  /** An SMTP path has no more (RFC 5321 §4.5.3.1.3, without its brackets). */
  private static final int MAXIMUM = 254;

  /** Refuses anything that is not one plain address. */
  public MailAddress {
    boolean plain =
        text.length() <= MAXIMUM
            && text.chars().allMatch(c -> c > ' ' && c <= '~')
            && text.matches("[^@\"(),:;<>\\[\\]\\\\]+@[A-Za-z0-9.-]+");
    if (!plain || !isStrict(text)) {
      throw new IllegalArgumentException("An address is like dozo@example.org, not " + quote(text));
    }
  }

  private static boolean isStrict(String text) {
    try {
      new InternetAddress(text, true).validate();
      return true;
    } catch (AddressException e) {
      return false;
    }
  }

  private static String quote(String text) {
    return '"' + PlainText.of(text, 60) + '"';
  }

  @Override
  public String toString() {
    return text;
  }
}
