package dozo.repository.ingest;

import dozo.format.manifest.RestorePointId;

/**
 * The disk of an earlier restore point that changes are told against.
 *
 * @param restorePoint one of the same VM
 * @param disk the name of a disk of it
 */
public record BaseRef(RestorePointId restorePoint, String disk) {}
