package dozo.client.source;

import dozo.format.manifest.RestorePointId;

/**
 * What has changed on a disk since a restore point.
 *
 * @param base the restore point
 * @param disk the name of the disk in it
 * @param changed what may differ from it; everything else is known not to
 */
public record TrackedChanges(RestorePointId base, String disk, ChangeList changed) {}
