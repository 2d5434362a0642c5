package dozo.client.source;

import dozo.format.manifest.RestorePointId;

/**
 * A disk of an earlier restore point of a machine, for a source that may know what has changed
 * since.
 *
 * @param restorePoint the restore point
 * @param disk the disk's name in it
 * @param mark what the source noted of it at that time, in its own words
 */
public record KnownDisk(RestorePointId restorePoint, String disk, String mark) {}
