package dozo.format.manifest;

/**
 * A configuration file in a restore point, such as a {@code .vmcx} or libvirt's XML. It is cut and
 * mapped like a disk.
 *
 * @param name its name within the restore point
 * @param sizeBytes its size
 * @param map its chunk map
 */
public record FileEntry(String name, long sizeBytes, MapRoot map) {

  /** Checks the name and the size. */
  public FileEntry {
    Names.checkFileName("configuration file's name", name);
    if (sizeBytes < 0 || sizeBytes > DiskGeometry.MAXIMUM_BYTES || map.dataBytes() > sizeBytes) {
      throw new IllegalArgumentException(
          "File " + name + " has " + sizeBytes + " bytes and holds " + map.dataBytes());
    }
  }
}
