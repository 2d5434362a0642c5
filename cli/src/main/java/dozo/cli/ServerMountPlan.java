package dozo.cli;

import dozo.cli.server.MountSettings;
import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * Where and how a server mounts.
 *
 * @param repository its repository's id
 * @param directory the only directory that it mounts in; absolute
 * @param overlays where what is written is kept
 * @param exports where disks of overlays are copied to, when the API is asked to; absolute
 * @param bootTraces where it is kept what guests read first
 * @param socket where its mounts read
 * @param maximum how many there may be at a time
 * @param allowOther whether other users of the host are let in
 */
record ServerMountPlan(
    UUID repository,
    Path directory,
    Path overlays,
    Path exports,
    Path bootTraces,
    Optional<Path> socket,
    int maximum,
    boolean allowOther) {

  /**
   * Puts a plan together.
   *
   * @param repository the repository's directory, in which nothing can be mounted
   * @param id the repository's
   */
  static ServerMountPlan of(MountSettings settings, Path repository, UUID id, Optional<Path> socket)
      throws IOException {
    Path mounts = reached(settings.directory());
    Path real = repository.toRealPath();
    if (mounts.startsWith(real) || real.startsWith(mounts)) {
      throw new IllegalArgumentException(
          "The directory of mounts, " + mounts + ", lies in, or contains, the repository " + real);
    }
    return new ServerMountPlan(
        id,
        mounts,
        settings.overlays().toAbsolutePath().normalize(),
        settings.exports().toAbsolutePath().normalize(),
        settings.bootTraces().toAbsolutePath().normalize(),
        socket.map(Path::toAbsolutePath),
        settings.maximum(),
        settings.allowOther());
  }

  /** The path as the kernel will list it: without links, as far as it is there. */
  private static Path reached(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    Path parent = absolute.getParent();
    return parent == null ? absolute : reached(parent).resolve(absolute.getFileName());
  }

  /** Makes the directory if it is not there; others may go through it and not look around. */
  Path makeDirectory() throws IOException {
    return make(directory, "rwx--x--x");
  }

  /** Makes the directory of exports if it is not there; guests' disks are the server's alone. */
  Path makeExports() throws IOException {
    return make(exports, "rwx------");
  }

  private static Path make(Path place, String permissions) throws IOException {
    Files.createDirectories(place.getParent() == null ? place : place.getParent());
    makeDirectory(place, permissions);
    return place;
  }

  /** Makes a directory unless it is there; returns whether it did. */
  static boolean makeDirectory(Path place, String permissions) throws IOException {
    try {
      Files.createDirectory(
          place,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new MountRefusedException(Reason.CONFLICT, place + " is there and no directory");
      }
      return false;
    }
  }
}
