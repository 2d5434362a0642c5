package dozo.cli.server;

import dozo.cli.config.Section;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how a server mounts when its admin API is asked to.
 *
 * @param directory the only directory that it mounts in
 * @param overlays where what is written is kept
 * @param exports where disks that were written to are copied to
 * @param bootTraces where it is kept what guests read first
 * @param maximum how many mounts there may be at a time
 * @param allowOther whether other users of the host are let in
 */
public record MountSettings(
    Path directory, Path overlays, Path exports, Path bootTraces, int maximum, boolean allowOther) {

  private static final int MOST = 10_000;

  /** Returns nothing if it is not to mount. */
  static Optional<MountSettings> read(Section section, Path base, DataDirectory data) {
    boolean isOff = section.text("directory").filter(ServerFile.OFF::equals).isPresent();
    MountSettings settings =
        new MountSettings(
            isOff ? data.mounts() : ServerFile.place(section, "directory", base, data.mounts()),
            ServerFile.place(section, "overlays", base, data.overlays()),
            ServerFile.place(section, "exports", base, data.exports()),
            ServerFile.place(section, "boot-traces", base, data.bootTraces()),
            section.number("maximum", 1, MOST).orElse(1L).intValue(),
            section.flag("allow-other").orElse(false));
    return isOff ? Optional.empty() : Optional.of(settings);
  }
}
