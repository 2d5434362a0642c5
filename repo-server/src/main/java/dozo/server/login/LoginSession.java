package dozo.server.login;

import dozo.protocol.Secret;
import java.time.Instant;
import java.util.UUID;

/**
 * That somebody is logged in.
 *
 * @param user who
 * @param password the hash that their password had then; the session ends when it has another
 * @param csrf what a request that changes something has to bring besides the cookie, so that no
 *     other site's page can make one
 * @param begun when they logged in
 */
record LoginSession(UUID user, PasswordHash password, Secret csrf, Instant begun) {}
