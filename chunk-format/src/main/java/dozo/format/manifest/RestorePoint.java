package dozo.format.manifest;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A restore point: immutable, and complete in itself.
 *
 * @param id its id
 * @param created the server's time of the commit
 * @param vm the VM that it is of
 * @param domain the dedup domain whose keys named its chunks
 * @param consistency how consistent it is, and what shows it
 * @param disks 1 to 256 disks of unequal names
 * @param files up to 1,024 configuration files of unequal names
 * @param attributes further facts in the backup job's words, 256 at the most
 * @param statistics what making it cost
 */
public record RestorePoint(
    RestorePointId id,
    Instant created,
    VmRef vm,
    String domain,
    Consistency consistency,
    List<DiskEntry> disks,
    List<FileEntry> files,
    SortedMap<String, String> attributes,
    IngestStatistics statistics) {

  private static final int MAXIMUM_DISKS = 256;
  private static final int MAXIMUM_FILES = 1_024;
  private static final int MAXIMUM_ATTRIBUTES = 256;
  private static final int MAXIMUM_ATTRIBUTE_LENGTH = 4_096;

  /** Checks the bounds and keeps copies. */
  public RestorePoint {
    Names.checkFileName("dedup domain", domain);
    disks = List.copyOf(disks);
    files = List.copyOf(files);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    if (disks.isEmpty() || disks.size() > MAXIMUM_DISKS) {
      throw new IllegalArgumentException("A restore point has 1 to 256 disks, not " + disks.size());
    }
    if (files.size() > MAXIMUM_FILES) {
      throw new IllegalArgumentException(
          "A restore point has at most 1,024 configuration files, not " + files.size());
    }
    checkDistinct("disk", disks.stream().map(DiskEntry::name).toList());
    checkDistinct("configuration file", files.stream().map(FileEntry::name).toList());
    checkAttributes(attributes);
  }

  /** The disk of that name. */
  public Optional<DiskEntry> disk(String name) {
    return disks.stream().filter(disk -> disk.name().equals(name)).findFirst();
  }

  /** The configuration file of that name. */
  public Optional<FileEntry> file(String name) {
    return files.stream().filter(file -> file.name().equals(name)).findFirst();
  }

  private static void checkDistinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("Two entries for the " + what + " \"" + name + "\"");
      }
    }
  }

  private static void checkAttributes(Map<String, String> attributes) {
    if (attributes.size() > MAXIMUM_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "A restore point has at most 256 attributes, not " + attributes.size());
    }
    attributes.forEach((name, value) -> {
      Names.check("attribute's name", name);
      Names.checkUnicode("attribute", value);
      if (value.length() > MAXIMUM_ATTRIBUTE_LENGTH) {
        throw new IllegalArgumentException("Attribute " + name + " has more than 4,096 characters");
      }
    });
  }
}
