package dozo.protocol;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.UUID;

/**
 * A VM that has restore points.
 *
 * @param namespace its cluster or tenant
 * @param id the hypervisor's own id of it
 * @param name what it was called at the latest restore point
 * @param host where it ran then
 * @param restorePoints how many there are
 * @param latest when the latest was made
 * @param latestId the latest
 */
public record VmSummary(
    String namespace,
    UUID id,
    String name,
    String host,
    int restorePoints,
    Instant latest,
    RestorePointId latestId) {}
