/**
 * People who log in to the web page: a {@link dozo.server.login.User} is a state entry with the
 * Argon2id hash of a password and, if they want it, the key of a TOTP generator (RFC 6238); {@link
 * dozo.server.login.Logins} checks both and begins a {@link dozo.server.login.LoginSession}, which
 * lives in memory only. Users are read anew for each request that a session makes, so that what
 * changes about one holds at once, wherever it was changed. May be called from any thread; checking
 * a password takes a good part of a second and one is checked at a time.
 */
@NullMarked
package dozo.server.login;

import org.jspecify.annotations.NullMarked;
