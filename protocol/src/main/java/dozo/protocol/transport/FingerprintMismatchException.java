package dozo.protocol.transport;

import dozo.protocol.Fingerprint;
import java.security.cert.CertificateException;

/** A server showed another certificate than the one that was pinned. */
public final class FingerprintMismatchException extends CertificateException {

  private static final long serialVersionUID = 1;

  private final transient Fingerprint expected;
  private final transient Fingerprint actual;

  FingerprintMismatchException(Fingerprint expected, Fingerprint actual) {
    super("The certificate's fingerprint is " + actual + ", not " + expected);
    this.expected = expected;
    this.actual = actual;
  }

  /** What was pinned. */
  public Fingerprint expected() {
    return expected;
  }

  /** What the server showed. */
  public Fingerprint actual() {
    return actual;
  }
}
