package dozo.mount.fs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A directory. */
public non-sealed interface MountedDirectory extends MountedNode {
  /**
   * Finds a child. A name that {@link #entries()} does not list may still be found.
   *
   * @param name one path component, never {@code .} or {@code ..}
   * @throws IOException if it cannot be told whether there is one
   */
  Optional<MountedNode> child(String name) throws IOException;

  /**
   * Lists the children, without {@code .} and {@code ..}.
   *
   * @throws IOException if they cannot be listed
   */
  List<DirectoryEntry> entries() throws IOException;
}
