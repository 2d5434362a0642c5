package dozo.cli.files;

import dozo.mount.partition.Content;
import java.util.Optional;

/**
 * A program that reads a file system.
 *
 * @param word what the script that runs it calls it
 * @param program its executable
 * @param debianPackage the package that has it
 * @param keepsAttributes whether it tells owners, modes, links and extended attributes as they are
 */
public record Driver(String word, String program, String debianPackage, boolean keepsAttributes) {

  private static final Driver EXT = new Driver("fuse2fs", "fuse2fs", "fuse2fs", true);
  private static final Driver NTFS = new Driver("ntfs-3g", "ntfs-3g", "ntfs-3g", true);
  private static final Driver GRUB = new Driver("grub-mount", "grub-mount", "grub-common", false);

  /** What FAT has, GRUB's driver tells. */
  private static final Driver PLAIN = new Driver("grub-mount", "grub-mount", "grub-common", true);

  /** The program of user space that reads a kind of file system, if there is one. */
  public static Optional<Driver> confined(Content.Kind kind) {
    return switch (kind) {
      case EXT2, EXT3, EXT4 -> Optional.of(EXT);
      case NTFS -> Optional.of(NTFS);
      case FAT, EXFAT -> Optional.of(PLAIN);
      case XFS, BTRFS, HFS_PLUS, ISO9660, UDF, SQUASHFS, JFS, REISERFS -> Optional.of(GRUB);
      case REFS,
          F2FS,
          APFS,
          EROFS,
          SWAP,
          LVM,
          LUKS,
          BITLOCKER,
          MD_RAID,
          STORAGE_SPACES,
          EMPTY,
          UNKNOWN ->
          Optional.empty();
    };
  }

  /** The kernel as the reader of a kind, with the options that keep it from replaying a journal. */
  public static Optional<Driver> kernel(Content.Kind kind) {
    Optional<String> type =
        switch (kind) {
          case EXT2, EXT3, EXT4 -> Optional.of("ext4,noload");
          case XFS -> Optional.of("xfs,norecovery,nouuid");
          case BTRFS -> Optional.of("btrfs,rescue=nologreplay");
          case F2FS -> Optional.of("f2fs,norecovery");
          case FAT -> Optional.of("vfat,umask=022");
          case EXFAT -> Optional.of("exfat,umask=022");
          case NTFS -> Optional.of("ntfs3,umask=022");
          case ISO9660 -> Optional.of("iso9660,norock");
          case UDF -> Optional.of("udf,umask=022");
          case SQUASHFS -> Optional.of("squashfs,noatime");
          case EROFS -> Optional.of("erofs,noatime");
          case REFS,
              HFS_PLUS,
              APFS,
              JFS,
              REISERFS,
              SWAP,
              LVM,
              LUKS,
              BITLOCKER,
              MD_RAID,
              STORAGE_SPACES,
              EMPTY,
              UNKNOWN ->
              Optional.empty();
        };
    return type.map(options -> new Driver("kernel:" + options, "mount", "mount", true));
  }

  /** Whether the kernel itself reads the file system. */
  public boolean isKernel() {
    return word.startsWith("kernel:");
  }

  /** What people call it. */
  public String title() {
    return isKernel() ? "the kernel" : program;
  }
}
