package dozo.server.certificate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What an admin has given a server for its TLS.
 *
 * @param certificate what it shows, if not a certificate of its own making
 * @param clientAuthorities a PEM file with the authorities of clients: if it is there, the protocol
 *     lets nobody in over the network without a certificate of one of them
 */
public record TlsFiles(Optional<CertificateFiles> certificate, Optional<Path> clientAuthorities) {

  /** Nothing. */
  public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty());
}
