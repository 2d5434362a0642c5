package dozo.client.hyperv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Hyper-V says of a checkpoint that it has made.
 *
 * <p>Filled line by line, and then only read.
 */
final class Frozen {

  /**
   * A disk of the machine.
   *
   * @param name where it is attached, such as {@code scsi0-1}
   * @param path the file that nobody writes to while the checkpoint is there
   * @param id the virtual disk's id
   */
  record Disk(String name, Path path, String id) {}

  private String checkpoint = "";
  private boolean isApplication;
  private String reason = "";
  private final List<Disk> disks = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  void take(Answer answer) throws IOException {
    switch (answer.type()) {
      case "checkpoint" -> {
        checkpoint = answer.text("id");
        isApplication = answer.text("consistency").equals("application");
        reason = answer.optionalText("reason").orElse("");
      }
      case "disk" ->
          disks.add(
              new Disk(answer.text("name"), Path.of(answer.text("path")), answer.text("diskId")));
      case "file" -> files.add(Path.of(answer.text("path")));
      default -> {}
    }
  }

  /** Hyper-V's id of it, once it is known. */
  Optional<String> checkpoint() {
    return checkpoint.isEmpty() ? Optional.empty() : Optional.of(checkpoint);
  }

  boolean isApplication() {
    return isApplication;
  }

  String reason() {
    return reason;
  }

  List<Disk> disks() {
    return disks;
  }

  List<Path> files() {
    return files;
  }
}
