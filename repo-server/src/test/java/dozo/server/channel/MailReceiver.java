package dozo.server.channel;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.helper.SimpleMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server on this host, which takes mail of one user. */
public final class MailReceiver implements AutoCloseable {

  public static final String USER = "dozo";
  public static final String PASSWORD = "p4ssw0rd of the mail server";

  private final SMTPServer server;
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final List<String> users = new CopyOnWriteArrayList<>();

  /** A mail for one of its recipients, as it came. */
  @SuppressWarnings("ArrayRecordComponent") // For a test's eyes only; nobody compares it.
  public record Taken(String from, String to, byte[] bytes) {

    public MimeMessage mail() throws MessagingException {
      return new MimeMessage(
          Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    }
  }

  private MailReceiver(SMTPServer.Builder builder) {
    server =
        builder
            .bindAddress(InetAddress.getLoopbackAddress())
            .authenticationHandlerFactory(
                new EasyAuthenticationHandlerFactory((user, password, context) -> {
                  if (!user.equals(USER) || !password.equals(PASSWORD)) {
                    throw new LoginFailedException("Not you, with " + password);
                  }
                  users.add(user);
                }))
            .simpleMessageListener(new Mailboxes())
            .build();
    server.start();
  }

  private final class Mailboxes implements SimpleMessageListener {
    @Override
    public boolean accept(String from, String to) {
      return !to.startsWith("nobody@");
    }

    @Override
    public void deliver(String from, String to, InputStream mail) throws IOException {
      taken.add(new Taken(from, to, mail.readAllBytes()));
    }
  }

  /** Wants STARTTLS, and then a password. */
  public static MailReceiver startingTls(SSLContext context) {
    return new MailReceiver(
        SMTPServer.port(0).requireTLS().requireAuth().startTlsSocketFactory(context));
  }

  /** Is encrypted from the first byte on, and wants a password. */
  public static MailReceiver encrypted(SSLContext context) {
    return new MailReceiver(SMTPServer.port(0).requireAuth().serverSocketFactory(context));
  }

  /** Knows no TLS. */
  public static MailReceiver plain() {
    return new MailReceiver(SMTPServer.port(0));
  }

  public int port() {
    return server.getPortAllocated();
  }

  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** Who has logged in. */
  public List<String> users() {
    return List.copyOf(users);
  }

  @Override
  public void close() {
    server.stop();
  }
}
