package dozo.cli.job;

import dozo.cli.secret.SecretPlace;
import dozo.protocol.ClientIdentity;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import java.util.Optional;

/**
 * The server of a job.
 *
 * @param address where it is
 * @param trust how it is known; nothing for one on this host
 * @param identity what to show it, if it asks for a certificate
 * @param token where the token is; nothing where none is needed
 */
public record JobServer(
    ServerAddress address,
    Optional<ServerTrust> trust,
    Optional<ClientIdentity> identity,
    Optional<SecretPlace> token) {}
