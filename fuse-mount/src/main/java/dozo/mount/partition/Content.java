package dozo.mount.partition;

/**
 * What a partition holds, as far as its first blocks tell.
 *
 * @param kind what it is
 * @param label the name that its owner gave it; empty if it has none or it is not looked for
 * @param state how it was left
 */
public record Content(Kind kind, String label, State state) {

  /** How a file system was left by whoever wrote to it last. */
  public enum State {
    /** It says that it was unmounted. */
    CLEAN,
    /** It says that it was in use: what its journal holds is not in its place yet. */
    IN_USE,
    /** Its first blocks do not tell. */
    UNKNOWN
  }

  /** What there can be. */
  public enum Kind {
    EXT2("ext2"),
    EXT3("ext3"),
    EXT4("ext4"),
    XFS("XFS"),
    BTRFS("btrfs"),
    NTFS("NTFS"),
    FAT("FAT"),
    EXFAT("exFAT"),
    REFS("ReFS"),
    F2FS("F2FS"),
    HFS_PLUS("HFS+"),
    APFS("APFS"),
    ISO9660("ISO 9660"),
    UDF("UDF"),
    SQUASHFS("squashfs"),
    EROFS("EROFS"),
    JFS("JFS"),
    REISERFS("ReiserFS"),
    SWAP("swap"),
    LVM("LVM physical volume"),
    LUKS("LUKS encrypted"),
    BITLOCKER("BitLocker encrypted"),
    MD_RAID("Linux RAID member"),
    STORAGE_SPACES("Storage Spaces member"),
    EMPTY("empty"),
    UNKNOWN("unknown");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** What people call it. */
    public String title() {
      return title;
    }
  }

  static Content of(Kind kind) {
    return new Content(kind, "", State.UNKNOWN);
  }
}
