package dozo.mount.fuse;

import dozo.mount.fuse.MountException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure that a directory can be mounted on without hiding or harming anything. */
final class MountPoint {
  private static final Logger log = LoggerFactory.getLogger(MountPoint.class);

  private MountPoint() {}

  /**
   * Checks a mount point, and clears it if a mount of ours died on it.
   *
   * @return its real path, as the table of mounts will show it
   */
  static Path prepare(Path requested, MountOptions options) throws IOException {
    Path path = realPath(requested);
    Optional<MountTable.Entry> mounted = MountTable.read().at(path);
    if (mounted.isPresent()) {
      clearIfDead(mounted.get());
    }
    requireUsableDirectory(path, options);
    for (Path root : options.forbiddenRoots()) {
      Path forbidden = root.toRealPath();
      if (path.startsWith(forbidden) || forbidden.startsWith(path)) {
        throw unsuitable(
            path + " lies in, or contains, " + forbidden + ": choose a mount point elsewhere");
      }
    }
    return path;
  }

  /** Resolves links, without touching what is mounted: it may be dead, or answer nobody. */
  static Path realPath(Path requested) throws MountException {
    Path absolute = requested.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw unsuitable("the root directory cannot be a mount point");
    }
    try {
      Path path = parent.toRealPath().resolve(name);
      boolean mounted = MountTable.read().at(path).isPresent();
      return !mounted && Files.isSymbolicLink(path) ? path.toRealPath() : path;
    } catch (IOException e) {
      throw new MountException(
          Reason.UNSUITABLE_MOUNT_POINT, requested + " cannot be reached: " + e, e);
    }
  }

  private static void clearIfDead(MountTable.Entry mounted) throws IOException {
    Path path = mounted.mountPoint();
    switch (MountProbe.probe(path)) {
      case ANSWERS ->
          throw unsuitable(
              path
                  + " is already a mount point ("
                  + mounted.type()
                  + " "
                  + mounted.source()
                  + "): choose another, or unmount it (fusermount -u "
                  + path
                  + ")");
      case SILENT ->
          throw unsuitable(
              path
                  + " is a mount point that does not answer: unmount it (fusermount -uz "
                  + path
                  + ") or choose another");
      case DEAD -> {
        if (!mounted.isOurs()) {
          throw unsuitable(
              path
                  + " is a dead mount of another program ("
                  + mounted.type()
                  + "): unmount it (fusermount -uz "
                  + path
                  + ") or choose another");
        }
        Unmounting.detach(path);
        log.warn("cleared a mount whose process had died mountPoint={}", path);
        if (MountTable.read().at(path).isPresent()) {
          throw unsuitable(path + " is still mounted on below the dead mount that was cleared");
        }
      }
    }
  }

  private static void requireUsableDirectory(Path path, MountOptions options) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw unsuitable(path + " does not exist: make the directory first, or have --make do so");
    }
    if (!Files.isDirectory(path)) {
      throw unsuitable(path + " is not a directory");
    }
    if (!Files.isWritable(path)) {
      throw unsuitable(path + " cannot be written to by this user, who may not mount there then");
    }
    if (!options.allowNonEmpty()) {
      try (var children = Files.newDirectoryStream(path)) {
        if (children.iterator().hasNext()) {
          throw unsuitable(
              path + " is not empty: the mount would hide its files; choose an empty directory");
        }
      }
    }
  }

  private static MountException unsuitable(String message) {
    return new MountException(Reason.UNSUITABLE_MOUNT_POINT, message);
  }
}
