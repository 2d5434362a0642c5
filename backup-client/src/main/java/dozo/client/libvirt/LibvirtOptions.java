package dozo.client.libvirt;

import dozo.client.leftover.Watchdog;
import dozo.client.program.Program;
import dozo.client.source.FreezeLimits;
import dozo.format.manifest.ConsistencyLevel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to back up a machine of libvirt.
 *
 * @param domain its name or UUID
 * @param connection libvirt's URI, of this very host
 * @param virsh what runs {@code virsh}
 * @param disks targets, such as {@code vda}, by the names that their disks are to have; empty for
 *     all disks that can be written to, under the names of their targets
 * @param files configuration files to keep beside the disks and the machine's XML
 * @param required how consistent it has to be; file systems are frozen anyway where that can be
 * @param chain the name of this series of backups; two that go to different repositories have
 *     different ones
 * @param scratch a directory for files of ours that qemu itself opens
 * @param scratchBytes how much old data may be kept there while a backup runs, over all disks; 0
 *     for what there is room for
 * @param journals where checkpoints are noted before anything is made
 * @param limits how long the guest may be kept waiting
 * @param watchdog what stands by
 */
public record LibvirtOptions(
    String domain,
    String connection,
    Program virsh,
    Map<String, String> disks,
    List<Path> files,
    ConsistencyLevel required,
    String chain,
    Path scratch,
    long scratchBytes,
    Path journals,
    FreezeLimits limits,
    Watchdog watchdog) {

  /** Libvirt of the whole host. */
  public static final String USUAL_CONNECTION = "qemu:///system";

  /** The {@code virsh} that is on the path. */
  public static final Program USUAL_VIRSH = new Program(List.of("virsh"));

  /** Checks the names, and keeps copies. */
  public LibvirtOptions {
    new CheckpointNames(chain);
    mistakeIn(connection)
        .ifPresent(mistake -> {
          throw new IllegalArgumentException("The connection " + connection + " " + mistake);
        });
    disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
    files = List.copyOf(files);
    if (scratchBytes < 0) {
      throw new IllegalArgumentException("The scratch has 0 bytes or more, not " + scratchBytes);
    }
  }

  /**
   * What is wrong with a URI; empty if nothing is. The disks are read through a socket and kept in
   * files of this host, so libvirt has to be here as well.
   */
  public static Optional<String> mistakeIn(String connection) {
    return connection.matches("qemu(\\+unix)?:///(system|session)(\\?[!-~]*)?")
        ? Optional.empty()
        : Optional.of(
            "is to be one of this host, such as qemu:///system; run the backup where the machine"
                + " runs");
  }
}
