package dozo.server.channel;

import dozo.protocol.Fingerprint;
import dozo.server.certificate.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that nobody has signed, for far ends of a test. */
public final class TestIdentity {

  private final ServerCertificate certificate;

  public TestIdentity(Path directory) throws IOException {
    certificate = ServerCertificate.openOrCreate(directory, Clock.systemUTC(), new SecureRandom());
  }

  public Fingerprint fingerprint() {
    return certificate.fingerprint();
  }

  public SSLContext context() throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "test", certificate.key(), new char[0], new Certificate[] {certificate.certificate()});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
