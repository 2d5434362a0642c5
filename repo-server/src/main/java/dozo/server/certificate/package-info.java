/**
 * Who the server is: a key and a certificate that it makes for itself on its first start and keeps.
 * Clients pin the certificate's fingerprint. Used once, at the start.
 */
@NullMarked
package dozo.server.certificate;

import org.jspecify.annotations.NullMarked;
