package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A tool that is compared. Opening it makes a new repository in the workbench; closing it deletes
 * that.
 */
interface Tool extends AutoCloseable {

  /** One of the tools that Dozo is measured against. */
  static Tool rival(String name, Workbench bench) {
    return switch (name) {
      case "restic" -> new ResticTool(bench);
      case "borg" -> new BorgTool(bench);
      default -> throw new IllegalArgumentException("There is no other tool " + name);
    };
  }

  /** Its name. */
  String name();

  /** Its version and how it was told to work, for the report. */
  String description();

  /** The directory with all that it has stored. */
  Path repository();

  /** Makes the repository, and starts what has to run. */
  void open() throws IOException, InterruptedException;

  /**
   * What a backup came to.
   *
   * @param usage what it used
   * @param sentBytes what went to the server, where there is one
   */
  record Backup(Usage usage, OptionalLong sentBytes) {}

  /**
   * Backs a disk image up, reading all of it.
   *
   * @param vm whose it is
   * @param label names the backup; used once
   */
  Backup backUp(String vm, String label, Path disk) throws IOException, InterruptedException;

  /**
   * Restores a backup into an empty directory, as one file.
   *
   * @return what it used; the file has the name that it was backed up by
   */
  Usage restore(String label, Path directory) throws IOException, InterruptedException;

  /** Mounts a backup. */
  Mounted mount(String label) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
