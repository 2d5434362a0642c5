package dozo.cli;

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
 * @param socket where its mounts read
 * @param maximum how many there may be at a time
 * @param allowOther whether other users of the host are let in
 */
record ServerMountPlan(
    UUID repository,
    Path directory,
    Path overlays,
    Path exports,
    Optional<Path> socket,
    int maximum,
    boolean allowOther) {

  /** How many mounts a server may have unless it is told otherwise. */
  static final String USUAL_MAXIMUM = "16";

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
