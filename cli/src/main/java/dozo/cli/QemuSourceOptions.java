package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.client.leftover.Watchdog;
import dozo.client.leftover.WatchdogProcess;
import dozo.client.qemu.FreezeLimits;
import dozo.client.qemu.QemuOptions;
import dozo.client.qemu.QemuVmSource;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to back up a machine of qemu while it runs. */
final class QemuSourceOptions {

  /** The watchdog waits, most of the time; it is to start at once and to take no room. */
  private static final List<String> WATCHDOG_JVM = List.of("-XX:TieredStopAtLevel=1", "-Xmx64m");

  @Option(
      names = "--qmp",
      paramLabel = "SOCKET",
      description =
          "Back up the running machine whose -qmp socket this is; nobody else uses that meanwhile."
              + " The disks are then the ids of its devices, all of them if none is named.")
  private @Nullable Path monitor;

  @Option(
      names = "--agent",
      paramLabel = "SOCKET",
      description =
          "The socket of the guest agent's channel. Without it the guest's file systems are not"
              + " frozen, and what is on its disks is as after a power cut.")
  private @Nullable Path agent;

  @Option(
      names = "--chain",
      paramLabel = "NAME",
      description =
          "The name of this series of backups, if there is more than one of the machine: each to"
              + " a repository of its own. Default: main.")
  private String chain = QemuOptions.USUAL_CHAIN;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Where qemu keeps what the guest overwrites while the backup runs; qemu must be able to"
              + " write there. Default: /var/lib/dozo/scratch, or in the user's state directory.")
  private @Nullable Path scratch;

  @Option(
      names = "--scratch-limit",
      paramLabel = "MIB",
      description =
          "How much that may be, over all disks. A guest that writes more goes on unharmed and ends"
              + " the backup. Default: half of the room that there is.")
  private @Nullable Integer scratchMebibytes;

  /** Whether a machine of qemu is the source. */
  boolean isGiven() {
    return monitor != null;
  }

  /** What is wrong with the options; empty if nothing is. */
  Optional<String> mistake() {
    if (monitor == null && (agent != null || scratch != null || scratchMebibytes != null)) {
      return Optional.of("--agent, --scratch and --scratch-limit go with --qmp");
    }
    return scratchMebibytes != null && scratchMebibytes < 1
        ? Optional.of("--scratch-limit takes 1 MiB or more")
        : Optional.empty();
  }

  /**
   * Connects.
   *
   * @param disks ids of devices by the names of their disks; empty for all
   * @param required what is asked for; something better than nothing is, where there is an agent
   */
  QemuVmSource open(
      Map<String, String> disks,
      List<Path> files,
      ConsistencyLevel required,
      SecretReader environment)
      throws IOException {
    if (monitor == null) {
      throw new IllegalStateException("No machine of qemu is given");
    }
    Path journals = SweepSourceCommand.journals(environment);
    ConsistencyLevel asked =
        agent != null && required == ConsistencyLevel.CRASH
            ? ConsistencyLevel.FILESYSTEM
            : required;
    return QemuVmSource.open(
        new QemuOptions(
            monitor.toAbsolutePath(),
            Optional.ofNullable(agent).map(Path::toAbsolutePath),
            disks,
            files,
            asked,
            chain,
            (scratch != null ? scratch : StateDirectory.usual("scratch", environment))
                .toAbsolutePath(),
            scratchMebibytes == null ? 0 : (long) scratchMebibytes << 20,
            journals,
            FreezeLimits.USUAL,
            watchdog()));
  }

  /** What stands by while guests are frozen: this program again. */
  static Watchdog watchdog() {
    return new WatchdogProcess(journal ->
        OwnProcess.detached(List.of("sweep-source", "--watch", journal.toString()), WATCHDOG_JVM));
  }
}
