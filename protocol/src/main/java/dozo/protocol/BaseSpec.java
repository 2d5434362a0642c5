package dozo.protocol;

import dozo.format.manifest.RestorePointId;

/**
 * The disk of an earlier restore point that changes are told against.
 *
 * @param restorePoint one of the same VM
 * @param disk the name of a disk of it
 */
public record BaseSpec(RestorePointId restorePoint, String disk) {}
