package dozo.mount.partition;

import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What tables call the purpose of a partition. A purpose proves nothing about the content. */
final class PartitionTypes {
  static final String EXTENDED = "extended";

  private static final Map<Integer, String> MBR =
      Map.ofEntries(
          Map.entry(0x01, "FAT12"),
          Map.entry(0x04, "FAT16"),
          Map.entry(0x05, EXTENDED),
          Map.entry(0x06, "FAT16"),
          Map.entry(0x07, "NTFS or exFAT"),
          Map.entry(0x0B, "FAT32"),
          Map.entry(0x0C, "FAT32"),
          Map.entry(0x0E, "FAT16"),
          Map.entry(0x0F, EXTENDED),
          Map.entry(0x27, "Windows recovery"),
          Map.entry(0x42, "Windows dynamic disk"),
          Map.entry(0x82, "Linux swap"),
          Map.entry(0x83, "Linux"),
          Map.entry(0x85, EXTENDED),
          Map.entry(0x8E, "Linux LVM"),
          Map.entry(0xA5, "FreeBSD"),
          Map.entry(0xA6, "OpenBSD"),
          Map.entry(0xA8, "Apple UFS"),
          Map.entry(0xAF, "Apple HFS"),
          Map.entry(0xBF, "Solaris"),
          Map.entry(0xEE, "GPT protective"),
          Map.entry(0xEF, "EFI system"),
          Map.entry(0xFB, "VMware VMFS"),
          Map.entry(0xFD, "Linux RAID"));

  private static final Map<UUID, String> GPT =
      Map.ofEntries(
          gpt("c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system"),
          gpt("21686148-6449-6e6f-744e-656564454649", "BIOS boot"),
          gpt("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Windows data"),
          gpt("e3c9e316-0b5c-4db8-817d-f92df00215ae", "Windows reserved"),
          gpt("de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery"),
          gpt("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", "Windows dynamic disk metadata"),
          gpt("af9b60a0-1431-4f62-bc68-3311714a69ad", "Windows dynamic disk"),
          gpt("e75caf8f-f680-4cee-afa3-b001e56efc2d", "Windows Storage Spaces"),
          gpt("0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux"),
          gpt("bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux boot"),
          gpt("4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)"),
          gpt("b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (arm64)"),
          gpt("933ac7e1-2eb4-4f13-b844-0e14e2aef915", "Linux home"),
          gpt("3b8f8425-20e0-4f3b-907f-1a25a76f98e8", "Linux server data"),
          gpt("4d21b016-b534-45c2-a9fb-5c16e091fd2d", "Linux var"),
          gpt("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap"),
          gpt("e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM"),
          gpt("a19d880f-05fc-4d3b-a006-743f0f84911e", "Linux RAID"),
          gpt("ca7d7ccb-63ed-4c53-861c-1742536059cc", "Linux LUKS"),
          gpt("516e7cb4-6ecf-11d6-8ff8-00022d09712b", "FreeBSD data"),
          gpt("516e7cb6-6ecf-11d6-8ff8-00022d09712b", "FreeBSD UFS"),
          gpt("516e7cba-6ecf-11d6-8ff8-00022d09712b", "FreeBSD ZFS"),
          gpt("6a898cc3-1dd2-11b2-99a6-080020736631", "ZFS or Apple"),
          gpt("48465300-0000-11aa-aa11-00306543ecac", "Apple HFS+"),
          gpt("7c3457ef-0000-11aa-aa11-00306543ecac", "Apple APFS"));

  private PartitionTypes() {}

  private static Map.Entry<UUID, String> gpt(String guid, String title) {
    return Map.entry(UUID.fromString(guid), title);
  }

  static String ofMbr(int type) {
    return MBR.getOrDefault(type, String.format(Locale.ROOT, "type 0x%02x", type));
  }

  static String ofGpt(UUID type) {
    return GPT.getOrDefault(type, "type " + type);
  }
}
