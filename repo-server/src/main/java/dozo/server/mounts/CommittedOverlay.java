package dozo.server.mounts;

import dozo.format.manifest.RestorePointId;

/**
 * What an overlay became.
 *
 * @param restorePoint the new restore point
 * @param newBytes what of it the repository had not seen
 * @param storedBytes what that takes
 */
public record CommittedOverlay(RestorePointId restorePoint, long newBytes, long storedBytes) {}
