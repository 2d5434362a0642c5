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
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** A key and its certificate as one PEM file (RFC 7468). */
final class CertificatePem {

  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String EC = "EC";
  private static final int MAXIMUM_FILE_BYTES = 64 << 10;

  /** Signed by the key and checked by the certificate. */
  private static final byte PROBE = 1;

  private CertificatePem() {}

  /**
   * Reads both.
   *
   * @param files one with both, or two in either order; the first certificate is the key's
   * @throws IOException if one is missing, or they do not belong together
   */
  static KeyAndCertificate read(Path... files) throws IOException {
    List<PrivateKey> keys = new ArrayList<>();
    List<X509Certificate> chain = new ArrayList<>();
    for (Path file : files) {
      try {
        read(file, keys, chain);
      } catch (GeneralSecurityException | IOException e) {
        throw new IOException(
            file + " holds a key or certificate that cannot be read: " + e.getMessage(), e);
      }
    }
    String where = Stream.of(files).map(Path::toString).collect(Collectors.joining(" and "));
    if (keys.size() != 1 || chain.isEmpty()) {
      throw new IOException(where + " does not hold both a key and a certificate");
    }
    if (!belongTogether(keys.getFirst(), chain.getFirst())) {
      throw new IOException(where + ": the key is not that of the first certificate");
    }
    return new KeyAndCertificate(keys.getFirst(), chain);
  }

  private static void read(Path file, List<PrivateKey> keys, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    if (Files.size(file) > MAXIMUM_FILE_BYTES) {
      throw new IOException("it is too large to be a key and a certificate");
    }
    try (Reader text = Files.newBufferedReader(file, US_ASCII);
        PemReader reader = new PemReader(text)) {
      for (PemObject part = reader.readPemObject(); part != null; part = reader.readPemObject()) {
        switch (part.getType()) {
          case KEY -> keys.add(key(new PKCS8EncodedKeySpec(part.getContent())));
          case CERTIFICATE ->
              chain.add(
                  (X509Certificate)
                      CertificateFactory.getInstance("X.509")
                          .generateCertificate(new ByteArrayInputStream(part.getContent())));
          default ->
              throw new IOException(
                  "\""
                      + part.getType()
                      + "\" has no place here; keys are PKCS #8, as 'openssl pkcs8 -topk8 -nocrypt'"
                      + " writes them");
        }
      }
    }
  }

  private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(EC).generatePrivate(encoded);
    } catch (InvalidKeySpecException e) {
      return KeyFactory.getInstance("RSA").generatePrivate(encoded);
    }
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws IOException {
    String algorithm = key.getAlgorithm().equals(EC) ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false;
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("Java cannot sign with " + algorithm, e);
    }
  }

  /** Writes both under a temporary name that only the owner can read, then gives it its own. */
  static void publish(Path file, KeyAndCertificate pair) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(KEY, pair.key().getEncoded()));
      for (X509Certificate certificate : pair.chain()) {
        writer.writeObject(new PemObject(CERTIFICATE, certificate.getEncoded()));
      }
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
