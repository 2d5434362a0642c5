package dozo.client.qemu;

import dozo.client.leftover.ScratchDirectory;
import dozo.client.source.SourceUnreadableException;
import dozo.format.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
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
    ScratchDirectory.give(file, qemu);
  }
}
