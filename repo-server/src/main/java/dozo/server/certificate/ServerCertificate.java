package dozo.server.certificate;

import dozo.protocol.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;

/**
 * The server's key and certificate, kept together in one PEM file that only its owner can read, so
 * that there is never one without the other.
 *
 * @param key an EC key on P-256, which BoringSSL and the JDK both take
 * @param certificate signed by itself
 * @param fingerprint what clients pin
 */
public record ServerCertificate(
    PrivateKey key, X509Certificate certificate, Fingerprint fingerprint) {

  /** The name of the file in the server's directory. */
  public static final String FILE_NAME = "server.pem";

  private static final int MAXIMUM_FILE_BYTES = 64 << 10;

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
    try {
      if (Files.size(file) > MAXIMUM_FILE_BYTES) {
        throw new IOException(file + " is too large to be a key and a certificate");
      }
      return of(CertificatePem.read(file));
    } catch (NoSuchFileException e) {
      KeyAndCertificate made = SelfSignedCertificate.make(clock.instant(), random);
      CertificatePem.publish(file, made);
      return of(CertificatePem.read(file));
    }
  }

  private static ServerCertificate of(KeyAndCertificate pair) throws IOException {
    try {
      return new ServerCertificate(
          pair.key(), pair.certificate(), Fingerprint.of(pair.certificate()));
    } catch (CertificateEncodingException e) {
      throw new IOException("The certificate cannot be encoded", e);
    }
  }

  /** Shows who the server is, and never the key. */
  @Override
  public String toString() {
    return "ServerCertificate[fingerprint=" + fingerprint + "]";
  }
}
