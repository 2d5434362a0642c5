package dozo.vhdx.format;

import java.util.UUID;

/**
 * One entry of the metadata table.
 *
 * @param id what the item is
 * @param offset byte offset in the metadata region; 0 if the item is empty
 * @param length bytes, at most 1 MiB
 * @param flags bit 0 says that a user made the item, bit 1 that it belongs to the virtual disk
 *     rather than to the file, bit 2 that a reader which does not know it must refuse the file
 */
public record MetadataItem(UUID id, long offset, long length, int flags) {

  /** Block size and kind of file, 8 bytes. */
  public static final UUID FILE_PARAMETERS =
      UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");

  /** Virtual disk size, 8 bytes. */
  public static final UUID DISK_SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");

  /** Identity of the virtual disk (SCSI page 83), 16 bytes. */
  public static final UUID DISK_ID = UUID.fromString("beca12ab-b2e6-4523-93ef-c309e000c746");

  /** Logical sector size, 4 bytes. */
  public static final UUID LOGICAL_SECTOR = UUID.fromString("8141bf1d-a96f-4709-ba47-f233a8faab5f");

  /** Physical sector size, 4 bytes. */
  public static final UUID PHYSICAL_SECTOR =
      UUID.fromString("cda348c7-445d-4471-9cc9-e9885251c556");

  /** Where to find the parent of a differencing file. */
  public static final UUID PARENT_LOCATOR = UUID.fromString("a8d35f2d-b30b-454d-abf7-d3d84834ab0c");

  /** A user made the item. */
  public static final int USER = 1;

  /** The item belongs to the virtual disk. */
  public static final int VIRTUAL_DISK = 2;

  /** A reader must know the item. */
  public static final int REQUIRED = 4;

  /** Whether a user made the item. */
  public boolean isUser() {
    return (flags & USER) != 0;
  }

  /** Whether a reader must know the item. */
  public boolean isRequired() {
    return (flags & REQUIRED) != 0;
  }

  /** The offset just behind the item, in the region. */
  public long end() {
    return offset + length;
  }
}
