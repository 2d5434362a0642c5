package dozo.protocol.client;

import dozo.protocol.Secret;
import java.util.UUID;

/**
 * What is needed to take a session up again over another connection.
 *
 * @param session the session's id
 * @param secret what proves that it is ours
 */
public record SessionTicket(UUID session, Secret secret) {}
