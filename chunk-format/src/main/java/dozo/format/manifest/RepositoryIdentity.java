package dozo.format.manifest;

import java.time.Instant;
import java.util.UUID;

/**
 * Which repository it is.
 *
 * @param id drawn when it was made
 * @param created when that was
 */
public record RepositoryIdentity(UUID id, Instant created) {}
