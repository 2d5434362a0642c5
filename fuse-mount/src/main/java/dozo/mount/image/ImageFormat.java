package dozo.mount.image;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats that a disk can be given. */
public enum ImageFormat {
  /** The disk itself. */
  RAW(DiskGeometry.MAXIMUM_BYTES, true),
  /** A dynamic VHDX. */
  VHDX(DiskGeometry.MAXIMUM_BYTES, true),
  /** A qcow2 of version 3. It says nothing of sectors, so that any disk fits. */
  QCOW2(DiskGeometry.MAXIMUM_BYTES, true),
  /** A descriptor whose extent is the raw disk. VMware's disks have at most 62 TiB. */
  VMDK(62L << 40, false),
  /** A fixed VHD. */
  VHD(VhdFooter.MAXIMUM_BYTES, false);

  private final long maximumBytes;
  private final boolean fitsLargeSectors;

  ImageFormat(long maximumBytes, boolean fitsLargeSectors) {
    this.maximumBytes = maximumBytes;
    this.fitsLargeSectors = fitsLargeSectors;
  }

  /** The word for it, such as {@code vhdx}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ending of its files, such as {@code .vhdx}. */
  public String suffix() {
    return "." + word();
  }

  /**
   * Finds a format by its word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ImageFormat of(String word) {
    return Arrays.stream(values())
        .filter(format -> format.word().equalsIgnoreCase(word.strip()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("There is no format \"" + word + "\", only " + words()));
  }

  /** The words for all formats, for people. */
  public static String words() {
    return Arrays.stream(values()).map(ImageFormat::word).collect(Collectors.joining(", "));
  }

  /** Why a disk cannot have this format, for people; empty if it can. */
  public Optional<String> refusal(DiskGeometry disk) {
    if (this == RAW) {
      return Optional.empty();
    }
    if (disk.sizeBytes() == 0) {
      return Optional.of("it is empty, and a " + suffix() + " holds at least a sector");
    }
    if (disk.sizeBytes() > maximumBytes) {
      return Optional.of(
          "it has "
              + disk.sizeBytes()
              + " bytes, and a "
              + suffix()
              + " holds "
              + (maximumBytes >> 30)
              + " GiB at the most");
    }
    if (!fitsLargeSectors && disk.logicalSectorBytes() != 512) {
      return Optional.of(
          "its sectors have "
              + disk.logicalSectorBytes()
              + " bytes, and those of a "
              + suffix()
              + " have 512");
    }
    return Optional.empty();
  }

  /**
   * Refuses a disk that cannot have this format.
   *
   * @throws IllegalArgumentException that says why
   */
  public void require(DiskEntry disk) {
    refusal(disk.geometry())
        .ifPresent(why -> {
          throw new IllegalArgumentException(disk.name() + " cannot be a " + suffix() + ": " + why);
        });
  }
}
