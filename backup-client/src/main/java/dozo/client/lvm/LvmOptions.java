package dozo.client.lvm;

import dozo.client.leftover.Watchdog;
import dozo.client.program.Program;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How to back up disks in thin volumes.
 *
 * @param volumes the volumes' devices, such as {@code /dev/vg/web}, by the names of their disks
 * @param files configuration files to keep beside them
 * @param lvm what runs {@code lvm}
 * @param devices where volumes appear, as {@code VG/LV}
 * @param journals where snapshots are noted before they are made
 * @param watchdog what stands by
 */
public record LvmOptions(
    Map<String, Path> volumes,
    List<Path> files,
    Program lvm,
    Path devices,
    Path journals,
    Watchdog watchdog) {

  /** The {@code lvm} that is on the path. */
  public static final Program USUAL_LVM = new Program(List.of("lvm"));

  /** Where volumes appear. */
  public static final Path USUAL_DEVICES = Path.of("/dev");

  /** Keeps copies. */
  public LvmOptions {
    if (volumes.isEmpty()) {
      throw new IllegalArgumentException("A VM has at least one disk");
    }
    volumes = Collections.unmodifiableMap(new LinkedHashMap<>(volumes));
    files = List.copyOf(files);
  }
}
