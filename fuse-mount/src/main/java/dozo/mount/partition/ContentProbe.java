package dozo.mount.partition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.disk.DiskReader;
import dozo.mount.partition.Content.Kind;
import dozo.mount.partition.Content.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what a partition holds by the magic numbers at its beginning; those of Linux RAID may also
 * stand at its end. What encrypts or spreads data comes before file systems, which may be left over
 * from earlier use.
 */
public final class ContentProbe {
  /** Covers all that is looked at, the last being btrfs's super block at 64 KiB. */
  private static final int WINDOW = 72 << 10;

  private static final int MD_MAGIC = 0xA92B4EFC;
  private static final int BTRFS_AT = 64 << 10;

  private final DiskReader partition;
  private final ByteBuffer head;

  private ContentProbe(DiskReader partition) throws IOException {
    this.partition = partition;
    this.head = Bytes.read(partition, 0, WINDOW);
  }

  /**
   * Looks at a partition.
   *
   * @throws IOException if it cannot be read; never because of what is on it
   */
  public static Content probe(DiskReader partition) throws IOException {
    ContentProbe probe = new ContentProbe(partition);
    Optional<Content> container = probe.container();
    if (container.isPresent()) {
      return container.get();
    }
    return probe
        .linux()
        .or(probe::windows)
        .or(probe::others)
        .orElseGet(() -> Content.of(probe.isZero() ? Kind.EMPTY : Kind.UNKNOWN));
  }

  private boolean has(int offset, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (Byte.toUnsignedInt(head.get(offset + i)) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isZero() {
    for (int i = 0; i < WINDOW; i += Long.BYTES) {
      if (head.getLong(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private Optional<Content> container() throws IOException {
    if (has(0, "LUKS\u00ba\u00be")) {
      return Optional.of(Content.of(Kind.LUKS));
    }
    if (has(3, "-FVE-FS-")) {
      return Optional.of(Content.of(Kind.BITLOCKER));
    }
    for (int sector = 0; sector < 4; sector++) {
      if (has(sector * 512, "LABELONE") && has(sector * 512 + 24, "LVM2 001")) {
        return Optional.of(Content.of(Kind.LVM));
      }
    }
    if (has(0, "SPACEDB ") || has(4096, "SPACEDB ")) {
      return Optional.of(Content.of(Kind.STORAGE_SPACES));
    }
    if (head.getInt(0) == MD_MAGIC || head.getInt(4096) == MD_MAGIC || endsAsRaid()) {
      return Optional.of(Content.of(Kind.MD_RAID));
    }
    return Optional.empty();
  }

  /** The versions 1.0 and 0.90 of Linux RAID have their super block at the end. */
  private boolean endsAsRaid() throws IOException {
    long size = partition.sizeBytes();
    long second = ((size / 512 - 16) & ~7L) * 512;
    long first = (size & ~0xFFFFL) - 0x10000;
    return (second > 0 && Bytes.read(partition, second, 4).getInt(0) == MD_MAGIC)
        || (first > 0 && Bytes.read(partition, first, 4).getInt(0) == MD_MAGIC);
  }

  private Optional<Content> linux() {
    if (Short.toUnsignedInt(head.getShort(1024 + 56)) == 0xEF53) {
      return Optional.of(ext());
    }
    if (has(0, "XFSB")) {
      return Optional.of(new Content(Kind.XFS, Bytes.text(head, 108, 12, UTF_8), State.UNKNOWN));
    }
    if (has(BTRFS_AT + 64, "_BHRfS_M")) {
      return Optional.of(
          new Content(
              Kind.BTRFS,
              Bytes.text(head, BTRFS_AT + 299, 256, UTF_8),
              head.getLong(BTRFS_AT + 96) == 0 ? State.CLEAN : State.IN_USE));
    }
    // Its place depends on the page size of the machine.
    if (has(4086, "SWAPSPACE2") || has(16374, "SWAPSPACE2") || has(65526, "SWAPSPACE2")) {
      return Optional.of(new Content(Kind.SWAP, Bytes.text(head, 1052, 16, UTF_8), State.UNKNOWN));
    }
    return Optional.empty();
  }

  /** A journal that has to be replayed is a feature of its own; what ext4 added tells it from 3. */
  private Content ext() {
    int compatible = head.getInt(1024 + 92);
    int incompatible = head.getInt(1024 + 96);
    int readOnlyCompatible = head.getInt(1024 + 100);
    boolean journal = (compatible & 0x4) != 0;
    boolean four = (incompatible & ~0x16) != 0 || (readOnlyCompatible & ~0x7) != 0;
    boolean clean = (incompatible & 0x4) == 0 && (head.getShort(1024 + 58) & 1) != 0;
    return new Content(
        four ? Kind.EXT4 : journal ? Kind.EXT3 : Kind.EXT2,
        Bytes.text(head, 1024 + 120, 16, UTF_8),
        clean ? State.CLEAN : State.IN_USE);
  }

  private Optional<Content> windows() {
    if (has(3, "NTFS    ")) {
      return Optional.of(Content.of(Kind.NTFS));
    }
    if (has(3, "EXFAT   ")) {
      boolean dirty = (head.getShort(106) & 2) != 0;
      return Optional.of(new Content(Kind.EXFAT, "", dirty ? State.IN_USE : State.CLEAN));
    }
    if (has(3, "ReFS\0\0\0\0")) {
      return Optional.of(Content.of(Kind.REFS));
    }
    return fat();
  }

  private Optional<Content> fat() {
    int sector = Short.toUnsignedInt(head.getShort(11));
    int cluster = Byte.toUnsignedInt(head.get(13));
    boolean plausible =
        Short.toUnsignedInt(head.getShort(510)) == 0xAA55
            && (sector == 512 || sector == 1024 || sector == 2048 || sector == 4096)
            && Integer.bitCount(cluster) == 1
            && head.getShort(14) != 0
            && (head.get(16) == 1 || head.get(16) == 2);
    boolean large = has(82, "FAT32");
    if (!plausible || !(large || has(54, "FAT1") || has(54, "FAT "))) {
      return Optional.empty();
    }
    String label = Bytes.text(head, large ? 71 : 43, 11, ISO_8859_1);
    boolean dirty = (head.get(large ? 65 : 37) & 1) != 0;
    return Optional.of(
        new Content(
            Kind.FAT, label.equals("NO NAME") ? "" : label, dirty ? State.IN_USE : State.CLEAN));
  }

  private Optional<Content> others() {
    if (head.getInt(1024) == 0xF2F52010) {
      return Optional.of(Content.of(Kind.F2FS));
    }
    if (head.getInt(1024) == 0xE0F5E1E2) {
      return Optional.of(Content.of(Kind.EROFS));
    }
    if (has(1024, "H+\0\4") || has(1024, "HX\0\5")) {
      return Optional.of(Content.of(Kind.HFS_PLUS));
    }
    if (has(32, "NXSB")) {
      return Optional.of(Content.of(Kind.APFS));
    }
    if (has(0, "hsqs")) {
      return Optional.of(Content.of(Kind.SQUASHFS));
    }
    if (has(32768, "JFS1")) {
      return Optional.of(Content.of(Kind.JFS));
    }
    if (has(65536 + 52, "ReIsEr")) {
      return Optional.of(Content.of(Kind.REISERFS));
    }
    for (int at = 32768; at < WINDOW - 2048; at += 2048) {
      if (has(at + 1, "NSR02") || has(at + 1, "NSR03")) {
        return Optional.of(Content.of(Kind.UDF));
      }
    }
    return has(32769, "CD001") ? Optional.of(Content.of(Kind.ISO9660)) : Optional.empty();
  }
}
