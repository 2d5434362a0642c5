package dozo.cli.job;

import dozo.cli.config.Section;
import dozo.client.libvirt.LibvirtOptions;
import dozo.client.qemu.QemuOptions;
import dozo.client.source.DiskFile;
import dozo.client.source.SourceUnreadableException;
import dozo.format.manifest.ConsistencyLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads where a VM's disks are: exactly one of the keys that name a kind of source. */
record SourceSection(Section vm, Path directory) {

  private static final List<String> KINDS = List.of("files", "qemu", "libvirt", "lvm", "hyperv");

  /**
   * Reads the source.
   *
   * @param id the VM's
   * @param required how consistent the checkpoint has to be
   */
  JobSource read(UUID id, ConsistencyLevel required) {
    Optional<Section> files = vm.section("files");
    Optional<Section> qemu = vm.section("qemu");
    Optional<Section> libvirt = vm.section("libvirt");
    Optional<Section> hyperV = vm.section("hyperv");
    List<String> given = KINDS.stream().filter(vm::has).toList();
    if (given.isEmpty()) {
      vm.missing("files", id);
    }
    if (given.size() > 1) {
      vm.wrong(given.get(1), "and " + given.getFirst() + " exclude one another");
    }
    if (qemu.isPresent()) {
      return qemu(qemu.get(), required);
    }
    if (libvirt.isPresent()) {
      return libvirt(libvirt.get(), required);
    }
    if (hyperV.isPresent()) {
      return hyperV(hyperV.get(), id);
    }
    Optional<Section> lvm = vm.section("lvm");
    if (required != ConsistencyLevel.CRASH) {
      String kind = lvm.isPresent() ? "lvm" : "files";
      vm.wrong("require", "is to be crash for a source of " + kind + ": nothing freezes the guest");
    }
    if (lvm.isPresent()) {
      return lvm(lvm.get());
    }
    return files.map(this::files).orElse(new JobSource.Files(List.of(), List.of()));
  }

  private JobSource files(Section section) {
    Optional<DiskFile.Format> format = section.choice("format", DiskFile.Format.class);
    List<DiskFile> disks = new ArrayList<>();
    Optional<Section> named = section.section("disks");
    for (String name : named.map(Section::keys).orElse(Set.of())) {
      Optional<Path> path = named.get().path(name).map(directory::resolve);
      if (path.isPresent()) {
        format
            .or(() -> formatOf(named.get(), name, path.get()))
            .ifPresent(as -> disks.add(new DiskFile(name, path.get(), as)));
      }
    }
    section.missing("disks", disks);
    return new JobSource.Files(disks, configuration(section));
  }

  private JobSource lvm(Section section) {
    Map<String, Path> volumes = new LinkedHashMap<>();
    Optional<Section> named = section.section("disks");
    for (String name : named.map(Section::keys).orElse(Set.of())) {
      named.get().path(name).ifPresent(path -> volumes.put(name, directory.resolve(path)));
    }
    section.missing("disks", volumes);
    return new JobSource.Lvm(volumes, configuration(section));
  }

  private static Optional<DiskFile.Format> formatOf(Section section, String name, Path path) {
    try {
      return Optional.of(DiskFile.formatOf(path));
    } catch (SourceUnreadableException e) {
      section.wrong(name, "is no disk: " + e.fault().what());
      return Optional.empty();
    }
  }

  private List<Path> configuration(Section section) {
    return section.texts("config").stream().map(directory::resolve).toList();
  }

  private JobSource qemu(Section section, ConsistencyLevel required) {
    Path monitor =
        section
            .path("qmp")
            .map(directory::resolve)
            .orElseGet(() -> section.missing("qmp", directory));
    Optional<Path> agent = section.path("agent").map(directory::resolve);
    if (agent.isEmpty() && required != ConsistencyLevel.CRASH) {
      vm.wrong("require", "is to be crash for a machine of qemu without an agent");
    }
    ConsistencyLevel usual =
        agent.isPresent() ? ConsistencyLevel.FILESYSTEM : ConsistencyLevel.CRASH;
    return new JobSource.Qemu(
        monitor,
        agent,
        devices(section),
        configuration(section),
        required == ConsistencyLevel.CRASH ? usual : required,
        section.text("chain").orElse(QemuOptions.USUAL_CHAIN),
        section.path("scratch").map(directory::resolve),
        section.size("scratch-limit").orElse(0L));
  }

  /** Devices by the names of their disks. */
  private static Map<String, String> devices(Section section) {
    Map<String, String> devices = new LinkedHashMap<>();
    section
        .section("disks")
        .ifPresent(named -> {
          for (String name : named.keys()) {
            named.text(name).ifPresent(device -> devices.put(name, device));
          }
        });
    return devices;
  }

  private JobSource libvirt(Section section, ConsistencyLevel required) {
    String connection = section.text("connect").orElse(LibvirtOptions.USUAL_CONNECTION);
    LibvirtOptions.mistakeIn(connection).ifPresent(mistake -> section.wrong("connect", mistake));
    return new JobSource.Libvirt(
        section.text("domain").orElseGet(() -> section.missing("domain", "?")),
        connection,
        devices(section),
        configuration(section),
        required,
        section.text("chain").orElse(QemuOptions.USUAL_CHAIN),
        section.path("scratch").map(directory::resolve),
        section.size("scratch-limit").orElse(0L));
  }

  private JobSource hyperV(Section section, UUID id) {
    if (!vm.has("id")) {
      vm.missing("id", id);
    }
    return new JobSource.HyperV(
        id,
        section.choice("consistency", ConsistencyLevel.class).orElse(ConsistencyLevel.APPLICATION),
        section.texts("script"));
  }
}
