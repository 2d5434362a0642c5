package dozo.server.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A key and the certificate that speaks for it. */
record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {}
