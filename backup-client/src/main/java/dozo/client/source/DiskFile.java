package dozo.client.source;

import dozo.format.Fault;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A disk that is kept in one file or device.
 *
 * @param name its name in the restore point, such as {@code disk0}
 * @param path where it is
 * @param format how the file holds the disk
 * @param changes what has changed since an earlier restore point, if that is known
 */
public record DiskFile(String name, Path path, Format format, Optional<TrackedChanges> changes) {

  /** A disk that is to be read whole. */
  public DiskFile(String name, Path path, Format format) {
    this(name, path, format, Optional.empty());
  }

  /** How a file holds a disk. */
  public enum Format {
    /** The file's bytes are the disk's. */
    RAW,
    /** The file is a VHDX. */
    VHDX
  }

  /** Images of other programs, whose bytes are not the disk's although they look like a file. */
  private static final Set<String> FOREIGN = Set.of("qcow2", "qcow", "vmdk", "vdi", "vhd", "avhd");

  /**
   * Tells the format by the end of the file's name.
   *
   * <p>Never by its content: a raw disk's first bytes belong to the guest, who could write the mark
   * of another format there and choose what the backup reads.
   *
   * @throws SourceUnreadableException if the name is that of a format that cannot be read
   */
  public static Format formatOf(Path path) throws SourceUnreadableException {
    String file = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    String end = file.substring(file.lastIndexOf('.') + 1);
    if (FOREIGN.contains(end)) {
      throw new SourceUnreadableException(
          Fault.of("A ." + end + " file cannot be read as a disk")
              .file(path)
              .cure(
                  "show it as a raw disk with 'qemu-nbd --read-only', convert it with 'qemu-img"
                      + " convert', or say --format raw if the name misleads"),
          null);
    }
    return end.equals("vhdx") || end.equals("avhdx") ? Format.VHDX : Format.RAW;
  }
}
