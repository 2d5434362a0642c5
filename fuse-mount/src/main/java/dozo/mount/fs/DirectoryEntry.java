package dozo.mount.fs;

import java.nio.charset.StandardCharsets;

/**
 * A child of a directory as a listing shows it.
 *
 * @param name one path component of at most {@value #MAX_NAME_BYTES} bytes in UTF-8
 */
public record DirectoryEntry(String name, MountedNode node) {
  /** The kernel's limit for one path component. */
  public static final int MAX_NAME_BYTES = 255;

  /** Rejects what the kernel would reject, because it would drop the whole listing for it. */
  public DirectoryEntry {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name has " + length + " bytes, allowed are 1 to " + MAX_NAME_BYTES + ": " + name);
    }
    if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
      throw new IllegalArgumentException("not a file name: " + name);
    }
  }
}
