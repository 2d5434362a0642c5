package dozo.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Whether the key file can be read, by this user and by nobody else. */
final class KeyFileCheck {

  private static final String NAME = "key file";
  private static final Set<PosixFilePermission> OWN =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_READ);

  private KeyFileCheck() {}

  static void run(Path file, Consumer<Finding> told) {
    if (!Files.isReadable(file)) {
      told.accept(
          Finding.problem(
              NAME,
              file + " cannot be read by " + System.getProperty("user.name"),
              "see that it is there and belongs to the server's user"));
      return;
    }
    try {
      Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      rights.removeAll(OWN);
      told.accept(
          rights.isEmpty()
              ? Finding.ok(NAME, file + " can be read. Is there a copy in a second place?")
              : Finding.problem(
                  NAME, file + " is open to others than its owner", "chmod 600 " + file));
    } catch (IOException e) {
      told.accept(Finding.problem(NAME, file + ": " + e.getMessage(), "see to its disk"));
    }
  }
}
