package dozo.mount.image;

import dozo.format.disk.DiskReader;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;

/** Makes images of the disks of restore points. */
public final class DiskImages {
  private DiskImages() {}

  /**
   * Lays a file around a disk. A VHDX asks where the disk holds data at once, because the length of
   * the file depends on it; the others ask for nothing before they are read.
   *
   * @param format any but {@link ImageFormat#VMDK}, which is a text beside a raw disk: {@link
   *     VmdkDescriptor}
   * @param reader reads the disk, for as long as the image is used
   * @throws IllegalArgumentException if the disk cannot have the format
   * @throws IOException if the disk cannot tell which of its blocks hold data
   */
  public static DiskImage of(
      ImageFormat format, RestorePoint point, DiskEntry disk, VhdxForm form, DiskReader reader)
      throws IOException {
    format.require(disk);
    long dataBytes = disk.map().dataBytes();
    return switch (format) {
      case RAW -> new RawImage(reader, dataBytes);
      case VHDX -> new DynamicVhdx(VhdxImages.of(point.id(), disk, form, reader));
      case QCOW2 -> new Qcow2Image(reader, dataBytes);
      case VHD ->
          new FixedVhd(
              reader,
              dataBytes,
              VhdFooter.encode(
                  disk.geometry().sizeBytes(),
                  ImageIds.of(point.id(), disk, "vhd", form.newIdentity()),
                  point.created()));
      case VMDK -> throw new IllegalArgumentException("A .vmdk is a text beside a .raw");
    };
  }

  /**
   * Makes an image of something that is no disk, such as a configuration file: its own bytes.
   *
   * @param dataBytes how many of them are not in holes
   */
  public static DiskImage ofBytes(DiskReader reader, long dataBytes) {
    return new RawImage(reader, dataBytes);
  }
}
