package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.server.certificate.CertificateFiles;
import java.nio.file.Path;
import java.util.Optional;

/** Reads where a certificate is that somebody else has signed. */
final class TlsSection {

  private static final String CERTIFICATE = "certificate";
  private static final String KEY = "key";

  private TlsSection() {}

  /** Returns nothing if the server is to make one for itself. */
  static Optional<CertificateFiles> read(Section section, Path directory) {
    Optional<Path> certificate = section.path(CERTIFICATE).map(directory::resolve);
    Optional<Path> key = section.path(KEY).map(directory::resolve);
    if (certificate.isPresent() && key.isEmpty()) {
      section.missing(KEY, directory);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      section.missing(CERTIFICATE, directory);
    }
    return certificate.flatMap(file -> key.map(of -> new CertificateFiles(file, of)));
  }
}
