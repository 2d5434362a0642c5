package dozo.mount.fs;

/** A tree of directories and files that can be mounted. Its owner closes what stands behind it. */
public interface MountedFileSystem {
  /** Returns the directory that the mount point becomes. */
  MountedDirectory root();

  /** Returns the figures that {@code statfs} reports; it must not block for long. */
  FileSystemSpace space();
}
