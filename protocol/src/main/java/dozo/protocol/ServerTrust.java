package dozo.protocol;

import java.nio.file.Path;

/** How a client knows that a server is the right one. */
public sealed interface ServerTrust {

  /**
   * By the fingerprint of its certificate; names and dates in the certificate do not matter then.
   *
   * @param fingerprint the only one that is taken
   */
  record Pinned(Fingerprint fingerprint) implements ServerTrust {}

  /**
   * By a certificate authority, and by the host's name in the certificate.
   *
   * @param certificates a PEM file with the authority's certificates
   */
  record Authority(Path certificates) implements ServerTrust {}
}
