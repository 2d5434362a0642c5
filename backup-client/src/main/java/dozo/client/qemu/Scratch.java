package dozo.client.qemu;

import dozo.client.socket.UnixSocket;
import dozo.client.source.SourceUnreadableException;
import dozo.format.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;

/**
 * The files in which qemu keeps what the guest overwrites while a backup runs. Each has a size that
 * it cannot outgrow, so that a busy guest ends the backup and does not fill the host's file system,
 * where its own disks may lie.
 */
final class Scratch {

  /** What an empty qcow2 image takes, with room for its tables to be of use. */
  private static final long LEAST_BYTES = 4L << 20;

  /** Files end where a qcow2 cluster does. */
  private static final long CLUSTER = 64 << 10;

  /** What a qcow2 image takes besides data is less than this part of it. */
  private static final int TABLES_PART = 512;

  private Scratch() {}

  /**
   * Makes a directory of its own for a checkpoint, which qemu's user owns.
   *
   * @param base where; made if it is not there
   */
  static void makeDirectory(Path base, Path directory, Optional<UserPrincipal> qemu)
      throws IOException {
    Files.createDirectories(base);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    give(directory, qemu);
  }

  private static void give(Path file, Optional<UserPrincipal> qemu) throws IOException {
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
  static void checkLength(Path socket) throws SourceUnreadableException {
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

  /**
   * Decides how large each disk's file may become.
   *
   * @param limitBytes for all together; 0 for half of the room that there is
   */
  static List<Long> bounds(Path base, long limitBytes, List<Drive> drives) throws IOException {
    long limit = limitBytes > 0 ? limitBytes : Files.getFileStore(base).getUsableSpace() / 2;
    long each = limit / drives.size();
    if (each < LEAST_BYTES) {
      throw new SourceUnreadableException(
          Fault.of("There is too little room for what the guest overwrites meanwhile")
              .file(base)
              .expected(LEAST_BYTES + " bytes a disk at the least")
              .actual(each)
              .cure("make room, or choose another --scratch or a larger --scratch-limit"),
          null);
    }
    return drives.stream()
        .map(drive -> drive.sizeBytes() + drive.sizeBytes() / TABLES_PART + LEAST_BYTES)
        .map(most -> Math.min(most, each) / CLUSTER * CLUSTER)
        .toList();
  }

  /** Makes one file, which takes no room yet. */
  static void makeFile(Path file, long bytes, Optional<UserPrincipal> qemu) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(bytes);
    }
    give(file, qemu);
  }
}
