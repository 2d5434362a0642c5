package dozo.protocol.transport;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts clients whose certificates some authorities have signed. A client that is not trusted is
 * told so: without a reason of Netty's own BoringSSL would speak of an internal error.
 */
final class ClientCertificates implements X509TrustManager {

  private final X509TrustManager authorities;

  private ClientCertificates(X509TrustManager authorities) {
    this.authorities = authorities;
  }

  /**
   * Reads who is trusted.
   *
   * @param file the authorities' certificates in PEM form
   * @throws IOException if there is none, or one cannot be read
   */
  static ClientCertificates of(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate each : PemFiles.certificates(file)) {
        store.setCertificateEntry("authority " + store.size(), each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return new ClientCertificates(
          Stream.of(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .findFirst()
              .orElseThrow());
    } catch (GeneralSecurityException e) {
      throw new IOException("This Java cannot trust the authorities of " + file, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      authorities.checkClientTrusted(chain, type);
    } catch (CertificateException e) {
      throw new OpenSslCertificateException(
          e.getMessage(), e, CertificateVerifier.X509_V_ERR_CERT_REJECTED);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("No server is trusted here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
