package dozo.server.certificate;

import dozo.protocol.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/**
 * The server's key and certificate. Those that it makes for itself are kept together in one PEM
 * file that only its owner can read, so that there is never one without the other.
 *
 * @param key elliptic or RSA; its own is on P-256, which BoringSSL and the JDK both take
 * @param chain the certificate, and those between it and its authority, if one has signed it
 * @param fingerprint what clients pin
 */
public record ServerCertificate(
    PrivateKey key, List<X509Certificate> chain, Fingerprint fingerprint) {

  /** The name of the file in the server's directory. */
  public static final String FILE_NAME = "server.pem";

  /** Keeps a copy. */
  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the certificate that somebody else has signed.
   *
   * @throws IOException if a file cannot be read, or they do not belong together
   */
  public static ServerCertificate read(CertificateFiles files) throws IOException {
    return of(CertificatePem.read(files.certificates(), files.key()));
  }

  /**
   * Reads the certificate of a server, or makes it if there is none.
   *
   * @param directory the server's own directory, made if it is missing
   * @throws IOException if the file is there and cannot be read; it is never replaced
   */
  public static ServerCertificate openOrCreate(Path directory, Clock clock, SecureRandom random)
      throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE_NAME);
    if (Files.notExists(file)) {
      KeyAndCertificate made = SelfSignedCertificate.make(clock.instant(), random);
      CertificatePem.publish(file, made);
    }
    return of(CertificatePem.read(file));
  }

  private static ServerCertificate of(KeyAndCertificate pair) throws IOException {
    try {
      return new ServerCertificate(
          pair.key(), pair.chain(), Fingerprint.of(pair.chain().getFirst()));
    } catch (CertificateEncodingException e) {
      throw new IOException("The certificate cannot be encoded", e);
    }
  }

  /** The server's own, the first of the chain. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Shows who the server is, and never the key. */
  @Override
  public String toString() {
    return "ServerCertificate[fingerprint=" + fingerprint + "]";
  }
}
