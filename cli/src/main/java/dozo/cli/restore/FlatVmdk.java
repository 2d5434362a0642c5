package dozo.cli.restore;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.VhdxForm;
import dozo.mount.image.VmdkDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The two files that a restored VMDK consists of. The descriptor is written last: where it stands,
 * the disk is whole.
 *
 * @param descriptor the file that is named to programs
 * @param extent the raw disk beside it, named as VMware names it
 */
public record FlatVmdk(Path descriptor, Path extent) {

  /** The files of a descriptor of this name. */
  public static FlatVmdk of(Path descriptor) {
    String name = String.valueOf(descriptor.getFileName());
    String suffix = ImageFormat.VMDK.suffix();
    String stem =
        name.toLowerCase(Locale.ROOT).endsWith(suffix)
            ? name.substring(0, name.length() - suffix.length())
            : name;
    return new FlatVmdk(descriptor, descriptor.resolveSibling(stem + "-flat" + suffix));
  }

  /**
   * Computes the descriptor.
   *
   * @throws IllegalArgumentException if the disk or the file's name does not fit the format
   */
  public String text(RestorePoint point, DiskEntry disk, VhdxForm form) {
    return VmdkDescriptor.of(point, disk, form.newIdentity(), String.valueOf(extent.getFileName()));
  }

  /** Refuses to replace a descriptor that is there. */
  public void requireFree() throws FileAlreadyExistsException {
    if (Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(descriptor.toString());
    }
  }

  /** Publishes the descriptor. */
  public void write(String text) throws IOException {
    Path part = descriptor.resolveSibling(descriptor.getFileName() + ".dozo-part");
    try (FileChannel file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(
        part, descriptor, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DiskRestore.forceDirectoryOf(descriptor);
  }
}
