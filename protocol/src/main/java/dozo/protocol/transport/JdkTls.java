package dozo.protocol.transport;

import dozo.protocol.ServerTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The JDK's own TLS: for the client of the admin API, and for servers of disks. */
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
      case ServerTrust.Authority authority -> authorities(authority.certificates());
    };
  }

  /**
   * Makes a context for a server whose clients have certificates of their own.
   *
   * @param certificate a PEM file: the server's certificate, and those between it and an authority
   * @param key a PEM file: its key, in PKCS #8 without a passphrase
   * @param clients a PEM file: the authorities of clients
   * @throws IOException if a file cannot be read, or key and certificate do not belong together
   */
  public static SSLContext forServer(Path certificate, Path key, Path clients) throws IOException {
    List<X509Certificate> chain = PemFiles.certificates(certificate);
    char[] none = new char[0];
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "server",
          PemFiles.key(key, chain.getFirst().getPublicKey()),
          none,
          chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), authorities(clients), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("Java's TLS cannot be set up with " + certificate, e);
    }
  }

  private static TrustManager[] authorities(Path file)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate each : PemFiles.certificates(file)) {
      store.setCertificateEntry("authority" + number++, each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
