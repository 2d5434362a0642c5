package dozo.mount.tree;

import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.NodeAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A directory whose children never change. */
final class FixedDirectory implements MountedDirectory {
  private final long inode;
  private final Instant modified;
  private final Map<String, MountedNode> children;

  FixedDirectory(long inode, Instant modified, Map<String, MountedNode> children) {
    this.inode = inode;
    this.modified = modified;
    this.children = new TreeMap<>(children);
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() {
    return NodeAttributes.ofDirectory(modified);
  }

  @Override
  public Optional<MountedNode> child(String name) {
    return Optional.ofNullable(children.get(name));
  }

  @Override
  public List<DirectoryEntry> entries() {
    return children.entrySet().stream()
        .map(child -> new DirectoryEntry(child.getKey(), child.getValue()))
        .toList();
  }
}
