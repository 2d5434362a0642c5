package dozo.server.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key and the certificate that speaks for it.
 *
 * @param chain that certificate, and those between it and its authority
 */
record KeyAndCertificate(PrivateKey key, List<X509Certificate> chain) {

  /** Keeps a copy. */
  KeyAndCertificate {
    chain = List.copyOf(chain);
  }
}
