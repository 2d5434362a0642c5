package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a differencing file says of its parent (MS-VHDX 2.6.2.6).
 *
 * @param linkage the parent's DataWriteGuid
 * @param linkage2 another one that it may have, which a merge in progress needs
 * @param paths where the parent stood when the file was made, fit for printing. They come from an
 *     untrusted file: show them, never open them.
 * @param fileOffset where the locator stands in the file
 */
public record ParentLocator(
    UUID linkage, Optional<UUID> linkage2, List<String> paths, long fileOffset) {

  private static final UUID VHDX_LOCATOR = UUID.fromString("b04aefb7-d19e-4a81-b789-25b8e9445913");
  private static final int HEADER_BYTES = 20;
  private static final int ENTRY_BYTES = 12;
  private static final int MAX_PAIRS = 256;

  private static final String LINKAGE = "parent_linkage";
  private static final String LINKAGE_2 = "parent_linkage2";
  private static final List<String> PATHS =
      List.of("relative_path", "volume_path", "absolute_win32_path");

  /** Takes a copy of the list. */
  public ParentLocator {
    paths = List.copyOf(paths);
  }

  /** Whether a file with this DataWriteGuid is the parent. */
  boolean matches(UUID dataWriteGuid) {
    return dataWriteGuid.equals(linkage) || linkage2.filter(dataWriteGuid::equals).isPresent();
  }

  /** The names that the paths end in, in the order in which they are to be tried. */
  List<String> fileNames() {
    return paths.stream().map(ParentLocator::fileName).distinct().toList();
  }

  /** The last name of a Windows or Unix path. */
  static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  }

  /**
   * Reads a locator.
   *
   * @param item the whole item from index 0 to the limit
   * @param warnings takes what is odd and yet allowed
   */
  static ParentLocator decode(ByteBuffer item, Place place, List<String> warnings)
      throws VhdxException {
    if (item.limit() < HEADER_BYTES) {
      throw place.corrupt("at least " + HEADER_BYTES + " bytes", item.limit());
    }
    if (!Guid.get(item, 0).equals(VHDX_LOCATOR)) {
      throw place.unsupported(
          "locator type " + Guid.text(VHDX_LOCATOR), Guid.text(Guid.get(item, 0)));
    }
    Map<String, String> pairs = pairs(item, place);
    String linkage = pairs.get(LINKAGE);
    if (linkage == null) {
      throw place.corrupt("a value of " + LINKAGE, "none");
    }
    Optional<UUID> parent = parseGuid(linkage);
    if (parent.isEmpty()) {
      throw place.corrupt("a GUID in braces as " + LINKAGE, Printable.of(linkage));
    }
    // Hyper-V always writes a second linkage and means none by all zeros.
    String linkage2 = pairs.getOrDefault(LINKAGE_2, Guid.text(Guid.NONE));
    Optional<UUID> second = parseGuid(linkage2);
    if (second.isEmpty()) {
      warnings.add("%s is no GUID: %s".formatted(LINKAGE_2, Printable.of(linkage2)));
    }
    List<String> paths =
        PATHS.stream()
            .filter(pairs::containsKey)
            .map(key -> Printable.of(pairs.getOrDefault(key, "")))
            .toList();
    if (paths.isEmpty()) {
      warnings.add("the parent locator names no path");
    }
    return new ParentLocator(
        parent.get(), second.filter(guid -> !guid.equals(Guid.NONE)), paths, place.offset());
  }

  private static Map<String, String> pairs(ByteBuffer item, Place place) throws VhdxException {
    int count = Short.toUnsignedInt(item.getShort(18));
    if (count > MAX_PAIRS) {
      throw place.limit("at most " + MAX_PAIRS + " keys", count);
    }
    if (HEADER_BYTES + count * ENTRY_BYTES > item.limit()) {
      throw place.corrupt("room for %d keys".formatted(count), item.limit() + " bytes");
    }
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int at = HEADER_BYTES + i * ENTRY_BYTES;
      Place entry = place.at("parent locator, key " + i, place.offset() + at);
      String key = text(item, item.getInt(at), item.getShort(at + 8), entry);
      String value = text(item, item.getInt(at + 4), item.getShort(at + 10), entry);
      if (pairs.putIfAbsent(key, value) != null) {
        throw entry.corrupt("a key that is not in use", Printable.of(key));
      }
    }
    return pairs;
  }

  private static String text(ByteBuffer item, int offset, short length, Place entry)
      throws VhdxException {
    long start = Integer.toUnsignedLong(offset);
    int bytes = Short.toUnsignedInt(length);
    if (start == 0 || bytes == 0 || bytes % 2 != 0 || start + bytes > item.limit()) {
      throw entry.corrupt(
          "text of an even, positive length within the item's %d bytes".formatted(item.limit()),
          "%d bytes at %d".formatted(bytes, start));
    }
    String text = StandardCharsets.UTF_16LE.decode(item.slice((int) start, bytes)).toString();
    if (text.indexOf('\0') >= 0) {
      throw entry.corrupt("text without NUL", Printable.of(text));
    }
    return text;
  }

  /** Parses a GUID in braces; {@link UUID#fromString} alone would take shortened ones. */
  private static Optional<UUID> parseGuid(String text) {
    if (!text.matches("\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}}")) {
      return Optional.empty();
    }
    return Optional.of(UUID.fromString(text.substring(1, text.length() - 1)));
  }
}
