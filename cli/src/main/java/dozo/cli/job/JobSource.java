package dozo.cli.job;

import dozo.client.hyperv.HyperVOptions;
import dozo.client.hyperv.HyperVScriptFile;
import dozo.client.hyperv.HyperVVmSource;
import dozo.client.libvirt.LibvirtOptions;
import dozo.client.libvirt.LibvirtVmSource;
import dozo.client.lvm.LvmOptions;
import dozo.client.lvm.LvmVmSource;
import dozo.client.qemu.QemuOptions;
import dozo.client.qemu.QemuVmSource;
import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.FreezeLimits;
import dozo.client.source.FreezeMeeting;
import dozo.client.source.VmSource;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where a job finds a VM's disks. */
public sealed interface JobSource {

  /**
   * Opens the source for one backup.
   *
   * @throws IOException if it is not what the job says
   */
  VmSource open(HostPlaces host) throws IOException;

  /** Whether it can be in a consistency group. */
  default boolean canJoin() {
    return false;
  }

  /** Whether machines of a group have to meet to be frozen at the same time. */
  default boolean meets() {
    return false;
  }

  /**
   * Opens the source for one backup, together with others.
   *
   * @param meeting where it meets them if it {@link #meets}
   */
  default VmSource open(HostPlaces host, FreezeMeeting meeting) throws IOException {
    return open(host);
  }

  /** In a word, for events. */
  String kind();

  /**
   * In files or devices that stand still meanwhile.
   *
   * @param disks the disks
   * @param configuration files that are kept beside them
   */
  record Files(List<DiskFile> disks, List<Path> configuration) implements JobSource {

    /** Keeps copies. */
    public Files {
      disks = List.copyOf(disks);
      configuration = List.copyOf(configuration);
    }

    @Override
    public VmSource open(HostPlaces host) {
      return new FileVmSource(disks, configuration);
    }

    @Override
    public boolean canJoin() {
      return true;
    }

    @Override
    public String kind() {
      return "files";
    }
  }

  /**
   * In thin volumes of LVM, which may be written to meanwhile.
   *
   * @param volumes the volumes' devices by the names of their disks
   * @param configuration files that are kept beside them
   */
  record Lvm(Map<String, Path> volumes, List<Path> configuration) implements JobSource {

    /** Keeps copies. */
    public Lvm {
      volumes = Collections.unmodifiableMap(new LinkedHashMap<>(volumes));
      configuration = List.copyOf(configuration);
    }

    @Override
    public VmSource open(HostPlaces host) {
      return new LvmVmSource(
          new LvmOptions(
              volumes,
              configuration,
              LvmOptions.USUAL_LVM,
              LvmOptions.USUAL_DEVICES,
              host.journals(),
              host.watchdog()));
    }

    @Override
    public String kind() {
      return "lvm";
    }
  }

  /**
   * In a machine of qemu that runs.
   *
   * @param monitor its QMP socket
   * @param agent the socket of its guest agent's channel, if there is one
   * @param disks ids of devices by the names of their disks; empty for all
   * @param configuration files that are kept beside them
   * @param asked how consistent it is to be, if that can be had
   * @param chain the name of this series of backups
   * @param scratch where qemu keeps what the guest overwrites; empty for the usual place
   * @param scratchBytes how much that may be; 0 for half of the room that there is
   */
  record Qemu(
      Path monitor,
      Optional<Path> agent,
      Map<String, String> disks,
      List<Path> configuration,
      ConsistencyLevel asked,
      String chain,
      Optional<Path> scratch,
      long scratchBytes)
      implements JobSource {

    /** Keeps copies. */
    public Qemu {
      disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
      configuration = List.copyOf(configuration);
    }

    @Override
    public boolean canJoin() {
      return true;
    }

    @Override
    public boolean meets() {
      return true;
    }

    @Override
    public VmSource open(HostPlaces host) throws IOException {
      return open(host, FreezeMeeting.alone());
    }

    @Override
    public VmSource open(HostPlaces host, FreezeMeeting meeting) throws IOException {
      return QemuVmSource.open(
          new QemuOptions(
              monitor,
              agent,
              disks,
              configuration,
              asked,
              chain,
              scratch.orElse(host.scratch()),
              scratchBytes,
              host.journals(),
              FreezeLimits.USUAL,
              host.watchdog()),
          meeting);
    }

    @Override
    public String kind() {
      return "qemu";
    }
  }

  /**
   * In a machine of libvirt on this host that runs.
   *
   * @param domain its name or UUID
   * @param connection libvirt's URI
   * @param disks targets by the names of their disks; empty for all
   * @param configuration files that are kept beside them and the machine's XML
   * @param required how consistent it has to be
   * @param chain the name of this series of backups
   * @param scratch where what the guest overwrites is kept; empty for the usual place
   * @param scratchBytes how much that may be; 0 for what there is room for
   */
  record Libvirt(
      String domain,
      String connection,
      Map<String, String> disks,
      List<Path> configuration,
      ConsistencyLevel required,
      String chain,
      Optional<Path> scratch,
      long scratchBytes)
      implements JobSource {

    /** Keeps copies. */
    public Libvirt {
      disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
      configuration = List.copyOf(configuration);
    }

    @Override
    public boolean canJoin() {
      return true;
    }

    @Override
    public boolean meets() {
      return true;
    }

    @Override
    public VmSource open(HostPlaces host) throws IOException {
      return open(host, FreezeMeeting.alone());
    }

    @Override
    public VmSource open(HostPlaces host, FreezeMeeting meeting) throws IOException {
      return LibvirtVmSource.open(
          new LibvirtOptions(
              domain,
              connection,
              LibvirtOptions.USUAL_VIRSH,
              disks,
              configuration,
              required,
              chain,
              scratch.orElse(host.scratch()),
              scratchBytes,
              host.journals(),
              FreezeLimits.USUAL,
              host.watchdog()),
          meeting);
    }

    @Override
    public String kind() {
      return "libvirt";
    }
  }

  /**
   * In a machine of Hyper-V on this host.
   *
   * @param vm its GUID
   * @param asked how consistent it is to be, if that can be had
   * @param script the words that run the script; empty for the one that Dozo brings
   */
  record HyperV(UUID vm, ConsistencyLevel asked, List<String> script) implements JobSource {

    /** Keeps a copy. */
    public HyperV {
      script = List.copyOf(script);
    }

    @Override
    public VmSource open(HostPlaces host) throws IOException {
      return new HyperVVmSource(
          new HyperVOptions(
              vm,
              script.isEmpty() ? HyperVScriptFile.install(host.tracking()) : script,
              asked,
              host.tracking(),
              host.journals()),
          Clock.systemUTC());
    }

    @Override
    public String kind() {
      return "hyperv";
    }
  }
}
