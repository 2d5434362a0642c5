package dozo.protocol;

import java.nio.file.Path;

/**
 * What a client shows a server that lets nobody in without a certificate, besides its token.
 *
 * @param certificates a PEM file: the client's, then those between it and its authority
 * @param key a PEM file with its private key, PKCS #8 without a passphrase
 */
public record ClientIdentity(Path certificates, Path key) {}
