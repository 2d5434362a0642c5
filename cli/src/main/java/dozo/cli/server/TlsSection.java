package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.server.certificate.CertificateFiles;
import dozo.server.certificate.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/** Reads where certificates are that somebody else has signed. */
final class TlsSection {

  private static final String CERTIFICATE = "certificate";
  private static final String KEY = "key";
  private static final String CLIENT_AUTHORITIES = "client-ca";

  private TlsSection() {}

  /** Reads them; without a certificate the server is to make one for itself. */
  static TlsFiles read(Section section, Path directory) {
    Optional<Path> certificate = section.path(CERTIFICATE).map(directory::resolve);
    Optional<Path> key = section.path(KEY).map(directory::resolve);
    if (certificate.isPresent() && key.isEmpty()) {
      section.missing(KEY, directory);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      section.missing(CERTIFICATE, directory);
    }
    return new TlsFiles(
        certificate.flatMap(file -> key.map(of -> new CertificateFiles(file, of))),
        section.path(CLIENT_AUTHORITIES).map(directory::resolve));
  }
}
