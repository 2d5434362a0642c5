package dozo.client.leftover;

import dozo.client.socket.UnixSocket;
import dozo.client.source.SourceUnreadableException;
import dozo.format.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/** A directory of a checkpoint's own with the files and the socket that a qemu uses for it. */
public final class ScratchDirectory {

  private ScratchDirectory() {}

  /**
   * Makes a directory, which qemu's user owns.
   *
   * @param base where; made if it is not there
   */
  public static void make(Path base, Path directory, Optional<UserPrincipal> qemu)
      throws IOException {
    Files.createDirectories(base);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    give(directory, qemu);
  }

  /** Gives a file to qemu's user, if that is another. */
  public static void give(Path file, Optional<UserPrincipal> qemu) throws IOException {
    if (qemu.isPresent() && !Files.getOwner(file).equals(qemu.get())) {
      try {
        Files.setOwner(file, qemu.get());
      } catch (IOException e) {
        throw new SourceUnreadableException(
            Fault.of("The scratch file cannot be given to qemu's user " + qemu.get().getName())
                .file(file)
                .cure("run the backup as root, or as the user as whom qemu runs"),
            e);
      }
    }
  }

  /** Refuses a directory whose name is too long for qemu to make its NBD socket there. */
  public static void checkLength(Path socket) throws SourceUnreadableException {
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > UnixSocket.MAXIMUM_PATH_BYTES) {
      throw new SourceUnreadableException(
          Fault.of("The scratch directory's name is too long for a socket in it")
              .file(socket)
              .expected(UnixSocket.MAXIMUM_PATH_BYTES + " bytes at the most")
              .actual(bytes + " bytes")
              .cure("choose a --scratch with a shorter name"),
          null);
    }
  }
}
