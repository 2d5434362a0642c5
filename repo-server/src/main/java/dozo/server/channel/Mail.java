package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.protocol.transport.JdkTls;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/** Sends messages as e-mail. */
final class Mail implements Channel {

  private static final String PROTOCOL = "smtp";
  private static final int MAXIMUM_ANSWER = 200;

  private final MailSettings settings;
  private final Patience patience;

  Mail(MailSettings settings, Patience patience) {
    this.settings = settings;
    this.patience = patience;
  }

  @Override
  public MailSettings settings() {
    return settings;
  }

  /** Who we are to the mail server; never shown. */
  private record Login(@Nullable String user, @Nullable String password) {
    static final Login NONE = new Login(null, null);

    /** Some servers repeat what they were told. */
    String outOf(String text) {
      return password == null ? text : text.replace(password, "(password)");
    }

    @Override
    public String toString() {
      return "Login";
    }
  }

  private Login login() throws DeliveryException {
    if (settings.loginFile().isEmpty()) {
      return Login.NONE;
    }
    List<String> lines = SecretFile.lines(settings.loginFile().get(), 2);
    return new Login(lines.get(0), lines.get(1));
  }

  @Override
  public String send(Message message) throws DeliveryException {
    Login login = login();
    Session session = Session.getInstance(properties());
    try (SMTPTransport transport = (SMTPTransport) session.getTransport(PROTOCOL)) {
      transport.connect(settings.host(), settings.port(), login.user(), login.password());
      MimeMessage mail = mail(session, message);
      try {
        transport.sendMessage(mail, mail.getAllRecipients());
      } catch (SendFailedException e) {
        if (e.getValidSentAddresses() == null || e.getValidSentAddresses().length == 0) {
          throw e;
        }
        // Sent again, it would come twice to those who have it.
        return shown(login, "Not for all addresses: " + all(e));
      }
      return shown(login, transport.getLastServerResponse());
    } catch (AuthenticationFailedException e) {
      throw failed(login, "It does not take the user name and password: ", e);
    } catch (MessagingException e) {
      throw failed(login, "It did not take the mail: ", e);
    }
  }

  private static String shown(Login login, @Nullable String answer) {
    return PlainText.of(login.outOf(String.valueOf(answer)).strip(), MAXIMUM_ANSWER);
  }

  /** The exception is left behind: its words might hold what the server repeats. */
  private static DeliveryException failed(Login login, String what, MessagingException e) {
    return new DeliveryException(what + login.outOf(all(e)), null);
  }

  /** What each of a chain of exceptions says: the server's words are often in the last. */
  private static String all(MessagingException fault) {
    StringBuilder words = new StringBuilder(DeliveryException.words(fault).strip());
    for (@Nullable Exception each = fault.getNextException();
        each != null;
        each = each instanceof MessagingException next ? next.getNextException() : null) {
      words.append("; ").append(DeliveryException.words(each).strip());
    }
    return words.toString();
  }

  private MimeMessage mail(Session session, Message message) throws MessagingException {
    MimeMessage mail = new Named(session, message.id(), settings.from());
    mail.setFrom(new InternetAddress(settings.from().text(), true));
    for (MailAddress address : settings.to()) {
      mail.addRecipient(RecipientType.TO, new InternetAddress(address.text(), true));
    }
    mail.setSubject(message.subject(), UTF_8.name());
    mail.setText(message.text(), UTF_8.name());
    mail.setSentDate(Date.from(message.created()));
    // RFC 3834: nobody's holiday notice shall answer.
    mail.setHeader("Auto-Submitted", "auto-generated");
    return mail;
  }

  /** A mail with the message's id for its own, so that one that comes twice is seen to be one. */
  private static final class Named extends MimeMessage {

    private final String id;

    Named(Session session, UUID id, MailAddress from) {
      super(session);
      String domain = from.text().substring(from.text().indexOf('@') + 1);
      this.id = "<" + id + "@" + domain + ">";
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }

  private Properties properties() throws DeliveryException {
    Properties properties = new Properties();
    set(properties, "auth", settings.loginFile().isPresent());
    set(properties, "auth.mechanisms", "PLAIN LOGIN");
    set(properties, "connectiontimeout", patience.connect().toMillis());
    set(properties, "timeout", patience.answer().toMillis());
    set(properties, "writetimeout", patience.answer().toMillis());
    set(properties, "starttls.enable", settings.tls() == MailTls.STARTTLS);
    set(properties, "starttls.required", settings.tls() == MailTls.STARTTLS);
    set(properties, "ssl.enable", settings.tls() == MailTls.IMPLICIT);
    set(properties, "ssl.protocols", "TLSv1.3 TLSv1.2");
    set(properties, "ssl.checkserveridentity", true);
    set(properties, "socketFactory.fallback", false);
    set(properties, "sendpartial", true);
    set(properties, "quitwait", false);
    if (settings.trust().isPresent()) {
      try {
        properties.put(
            "mail.smtp.ssl.socketFactory",
            JdkTls.forClient(settings.trust().get()).getSocketFactory());
      } catch (IOException e) {
        throw new DeliveryException(DeliveryException.words(e), e);
      }
    }
    return properties;
  }

  private static void set(Properties properties, String name, Object value) {
    properties.setProperty("mail." + PROTOCOL + "." + name, String.valueOf(value));
  }
}
