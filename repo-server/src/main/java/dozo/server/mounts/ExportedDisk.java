package dozo.server.mounts;

import java.nio.file.Path;

/**
 * What became of the copy of an overlaid disk.
 *
 * @param file where it is, or will be
 * @param copiedBytes how much was copied; 0 if it follows a guest
 * @param follows whether it follows what a guest goes on writing, and gets its name only when that
 *     is told to end
 */
public record ExportedDisk(Path file, long copiedBytes, boolean follows) {}
