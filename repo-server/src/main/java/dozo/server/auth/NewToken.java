package dozo.server.auth;

import dozo.protocol.Secret;

/**
 * A token that was just made.
 *
 * @param token what the server keeps
 * @param secret what lets its bearer in, shown this once and never again
 */
public record NewToken(Token token, Secret secret) {}
