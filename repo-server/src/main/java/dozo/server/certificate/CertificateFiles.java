package dozo.server.certificate;

import java.nio.file.Path;

/**
 * Where a certificate is that somebody else has signed.
 *
 * @param certificates a PEM file: the server's, then those between it and its authority
 * @param key a PEM file with its private key, PKCS #8 without a passphrase
 */
public record CertificateFiles(Path certificates, Path key) {}
