package dozo.repository.catalogue;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;

/**
 * A restore point that was forgotten and can be brought back.
 *
 * @param id the restore point
 * @param retired when it was forgotten, in whole seconds
 */
public record TrashedPoint(RestorePointId id, Instant retired) {}
