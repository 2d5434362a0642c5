package dozo.cli.doctor;

import dozo.cli.console.Quantity;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Whether data can be kept in a directory, and nobody else looks into it. */
final class DirectoryChecks {

  /** Below this a server takes nothing new, whatever the size of its file system. */
  private static final long ROOM_NEEDED = 2L << 30;

  private static final Set<String> FOR_A_TIME = Set.of("tmpfs", "ramfs", "overlay");
  private static final Set<String> FROM_AFAR = Set.of("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs");

  private DirectoryChecks() {}

  static void run(Path directory, Consumer<Finding> told) {
    if (!Files.isDirectory(directory)) {
      told.accept(
          Finding.problem(
              "directory",
              directory + " is not there",
              "make it, for the server's user alone: install -d -m 700 -o USER " + directory));
      return;
    }
    try {
      FileStore store = Files.getFileStore(directory);
      Finding rights = rights(directory, store);
      told.accept(rights);
      told.accept(fileSystem(directory, store.type()));
      told.accept(room(directory, store.getUsableSpace()));
      if (rights.state() != Finding.State.PROBLEM) {
        OwnershipCheck.run(directory, System.getProperty("user.name"), told);
      }
    } catch (IOException e) {
      told.accept(
          Finding.problem(
              "directory", directory + " cannot be read: " + e.getMessage(), "see to its disk"));
    }
  }

  private static Finding rights(Path directory, FileStore store) throws IOException {
    if (store.isReadOnly()) {
      return Finding.problem(
          "directory",
          directory + " is on a file system that is mounted read-only",
          "see in the kernel's log whether its disk failed, and mount it writable");
    }
    String owner = Files.getOwner(directory).getName();
    if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
      return Finding.problem(
          "directory",
          directory
              + " belongs to "
              + owner
              + " and cannot be written by "
              + System.getProperty("user.name"),
          "run this as the server's user, or give the directory to it");
    }
    Optional<String> refusal = refusal(directory);
    if (refusal.isPresent()) {
      return Finding.problem(
          "directory",
          "No file can be made in " + directory + ": " + refusal.get(),
          "see to its file system; 'df -i' tells whether it is out of inodes, 'quota' whether"
              + " the user has a limit there");
    }
    Set<PosixFilePermission> others = Files.getPosixFilePermissions(directory);
    return others.contains(PosixFilePermission.OTHERS_WRITE)
            || others.contains(PosixFilePermission.OTHERS_READ)
        ? Finding.warning(
            "directory",
            directory + " of " + owner + " is open to every user of this machine",
            "chmod 700 " + directory)
        : Finding.ok("directory", directory + " of " + owner);
  }

  /** Rights do not tell everything: what the system says to a file that is really made. */
  private static Optional<String> refusal(Path directory) {
    try {
      Files.delete(Files.createTempFile(directory, "dozo-doctor", ".tmp"));
      return Optional.empty();
    } catch (FileSystemException e) {
      return Optional.of(e.getReason() == null ? e.toString() : e.getReason());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Finding fileSystem(Path directory, String type) {
    String found = directory + " is on " + type;
    if (FOR_A_TIME.contains(type)) {
      return Finding.warning(
          "file system",
          found + ", which does not outlive the machine or its container",
          "put the data on a disk");
    }
    return FROM_AFAR.contains(type)
        ? Finding.problem(
            "file system",
            found + ", on which locks and memory maps cannot be relied on",
            "run the server where the disk is, or use a block device (iSCSI, NBD)")
        : Finding.ok("file system", found);
  }

  private static Finding room(Path directory, long usable) {
    String found = Quantity.bytes(usable) + " are free in " + directory;
    return usable >= ROOM_NEEDED
        ? Finding.ok("room", found)
        : Finding.problem("room", found + ", and a server takes nothing below 2 GiB", "make room");
  }
}
