package dozo.repository.ingest;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.VmRef;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a session is to make a restore point of.
 *
 * @param vm the VM
 * @param domain the dedup domain: chunks are shared with restore points of the same domain only
 * @param disks 1 to 256 disks
 * @param files up to 1,024 configuration files; no two disks or files share a name
 * @param consistency how consistent it will be; the commit may still replace it
 * @param attributes further facts in the backup job's words; the commit may still replace them
 * @param source whether chunks may be announced in place of bytes
 */
public record SessionRequest(
    VmRef vm,
    String domain,
    List<DiskSpec> disks,
    List<FileSpec> files,
    Consistency consistency,
    SortedMap<String, String> attributes,
    boolean source) {

  private static final int MAXIMUM_DISKS = 256;
  private static final int MAXIMUM_FILES = 1_024;

  /** A session whose streams are brought as bytes. */
  public SessionRequest(
      VmRef vm,
      String domain,
      List<DiskSpec> disks,
      List<FileSpec> files,
      Consistency consistency,
      SortedMap<String, String> attributes) {
    this(vm, domain, disks, files, consistency, attributes, false);
  }

  /** The same, in which chunks may be announced. */
  public SessionRequest withSource() {
    return new SessionRequest(vm, domain, disks, files, consistency, attributes, true);
  }

  /** Checks the bounds and keeps copies. */
  public SessionRequest {
    disks = List.copyOf(disks);
    files = List.copyOf(files);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    if (disks.isEmpty() || disks.size() > MAXIMUM_DISKS) {
      throw new IllegalArgumentException("A session has 1 to 256 disks, not " + disks.size());
    }
    if (files.size() > MAXIMUM_FILES) {
      throw new IllegalArgumentException(
          "A session has at most 1,024 configuration files, not " + files.size());
    }
    Set<String> names = new HashSet<>();
    Stream.concat(disks.stream().map(DiskSpec::name), files.stream().map(FileSpec::name))
        .forEach(name -> {
          if (!names.add(name)) {
            throw new IllegalArgumentException("Two streams are named \"" + name + "\"");
          }
        });
  }
}
