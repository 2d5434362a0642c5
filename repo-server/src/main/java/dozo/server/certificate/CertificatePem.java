package dozo.server.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** A key and its certificate as one PEM file (RFC 7468). */
final class CertificatePem {

  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";

  private CertificatePem() {}

  /**
   * Reads both.
   *
   * @throws IOException if one is missing, or they do not belong together
   */
  static KeyAndCertificate read(Path file) throws IOException {
    @Nullable PrivateKey key = null;
    @Nullable X509Certificate certificate = null;
    try (Reader text = Files.newBufferedReader(file, US_ASCII);
        PemReader reader = new PemReader(text)) {
      for (PemObject part = reader.readPemObject(); part != null; part = reader.readPemObject()) {
        switch (part.getType()) {
          case KEY ->
              key =
                  KeyFactory.getInstance("EC")
                      .generatePrivate(new PKCS8EncodedKeySpec(part.getContent()));
          case CERTIFICATE ->
              certificate =
                  (X509Certificate)
                      CertificateFactory.getInstance("X.509")
                          .generateCertificate(new ByteArrayInputStream(part.getContent()));
          default -> throw new IOException("A " + part.getType() + " has no place here");
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException(
          file + " holds a key or certificate that cannot be read: " + e.getMessage(), e);
    }
    if (key == null || certificate == null) {
      throw new IOException(file + " does not hold both a key and a certificate");
    }
    return new KeyAndCertificate(key, certificate);
  }

  /** Writes both under a temporary name that only the owner can read, then gives it its own. */
  static void publish(Path file, KeyAndCertificate pair) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(KEY, pair.key().getEncoded()));
      writer.writeObject(new PemObject(CERTIFICATE, pair.certificate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("The certificate cannot be encoded", e);
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly(file))) {
      ByteBuffer bytes = US_ASCII.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-------");
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
  }
}
