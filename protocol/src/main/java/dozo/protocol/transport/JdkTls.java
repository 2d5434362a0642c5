package dozo.protocol.transport;

import dozo.protocol.ServerTrust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The same trust for the JDK's own HTTPS client, which speaks to the admin API. */
public final class JdkTls {

  private JdkTls() {}

  /**
   * Makes a context that trusts as it is told.
   *
   * @throws IOException if the authority's certificates cannot be read
   */
  public static SSLContext forClient(ServerTrust trust) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, managers(trust), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("Java's TLS cannot be set up for " + trust, e);
    }
  }

  private static TrustManager[] managers(ServerTrust trust)
      throws GeneralSecurityException, IOException {
    return switch (trust) {
      case ServerTrust.Pinned pinned ->
          new TrustManager[] {new PinnedCertificate(pinned.fingerprint())};
      case ServerTrust.Authority authority -> {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(authority.certificates())) {
          int number = 0;
          for (Certificate each :
              CertificateFactory.getInstance("X.509").generateCertificates(file)) {
            store.setCertificateEntry("authority" + number++, each);
          }
        }
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        yield factory.getTrustManagers();
      }
    };
  }
}
