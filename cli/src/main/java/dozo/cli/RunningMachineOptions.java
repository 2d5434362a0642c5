package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.client.leftover.Watchdog;
import dozo.client.leftover.WatchdogProcess;
import dozo.client.libvirt.LibvirtOptions;
import dozo.client.libvirt.LibvirtVmSource;
import dozo.client.qemu.QemuOptions;
import dozo.client.qemu.QemuVmSource;
import dozo.client.source.FreezeLimits;
import dozo.client.source.VmSource;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to back up a machine of qemu or libvirt while it runs. */
final class RunningMachineOptions {

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
      names = "--libvirt",
      paramLabel = "DOMAIN",
      description =
          "Back up the running machine of libvirt that has this name or UUID. The disks are then"
              + " its targets, such as vda, all that can be written to if none is named.")
  private @Nullable String domain;

  @Option(
      names = "--connect",
      paramLabel = "URI",
      description =
          "Where libvirt is asked, on this very host. Default: "
              + LibvirtOptions.USUAL_CONNECTION
              + ".")
  private @Nullable String connection;

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

  /** Whether a machine that runs is the source. */
  boolean isGiven() {
    return monitor != null || domain != null;
  }

  /** What is wrong with the options; empty if nothing is. */
  Optional<String> mistake() {
    if (!isGiven() && (scratch != null || scratchMebibytes != null)) {
      return Optional.of("--scratch and --scratch-limit go with --qmp or --libvirt");
    }
    if (monitor != null && domain != null) {
      return Optional.of("--qmp and --libvirt exclude one another: a machine is libvirt's or not");
    }
    if (monitor == null && agent != null) {
      return Optional.of("--agent goes with --qmp");
    }
    if (domain == null && connection != null) {
      return Optional.of("--connect goes with --libvirt");
    }
    if (scratchMebibytes != null && scratchMebibytes < 1) {
      return Optional.of("--scratch-limit takes 1 MiB or more");
    }
    return Optional.ofNullable(connection)
        .flatMap(LibvirtOptions::mistakeIn)
        .map(mistake -> "--connect " + mistake);
  }

  /**
   * Connects.
   *
   * @param disks devices by the names of their disks; empty for all
   * @param required what is asked for; something better than nothing is, where there is an agent
   */
  VmSource open(
      Map<String, String> disks,
      List<Path> files,
      ConsistencyLevel required,
      SecretReader environment)
      throws IOException {
    Path journals = SweepSourceCommand.journals(environment);
    Path directory =
        (scratch != null ? scratch : StateDirectory.usual("scratch", environment)).toAbsolutePath();
    long scratchBytes = scratchMebibytes == null ? 0 : (long) scratchMebibytes << 20;
    if (domain != null) {
      return LibvirtVmSource.open(
          new LibvirtOptions(
              domain,
              connection != null ? connection : LibvirtOptions.USUAL_CONNECTION,
              LibvirtOptions.USUAL_VIRSH,
              disks,
              files,
              required,
              chain,
              directory,
              scratchBytes,
              journals,
              FreezeLimits.USUAL,
              watchdog()));
    }
    if (monitor == null) {
      throw new IllegalStateException("No machine that runs is given");
    }
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
            directory,
            scratchBytes,
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
