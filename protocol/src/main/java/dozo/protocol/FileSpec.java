package dozo.protocol;

/**
 * A configuration file that a session announces.
 *
 * @param name its name within the restore point
 * @param sizeBytes its size, all of which will be sent
 */
public record FileSpec(String name, long sizeBytes) {}
