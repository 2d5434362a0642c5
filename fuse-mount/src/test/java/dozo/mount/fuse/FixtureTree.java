package dozo.mount.fuse;

import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.FileSystemSpace;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.NodeAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A directory of nodes that a test puts in. */
final class FixtureTree implements MountedFileSystem, MountedDirectory {
  static final FileSystemSpace SPACE = new FileSystemSpace(10L << 30, 3L << 30, 7);

  private final Map<String, MountedNode> children = new TreeMap<>();
  private final long inode;

  FixtureTree(long inode) {
    this.inode = inode;
  }

  static FixtureTree of(String name, MountedNode node) {
    return new FixtureTree(1).with(name, node);
  }

  FixtureTree with(String name, MountedNode node) {
    children.put(name, node);
    return this;
  }

  @Override
  public MountedDirectory root() {
    return this;
  }

  @Override
  public FileSystemSpace space() {
    return SPACE;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() {
    return NodeAttributes.ofDirectory(PatternFile.MODIFIED);
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
