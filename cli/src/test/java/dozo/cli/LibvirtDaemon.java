package dozo.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A libvirtd of a test's own. It keeps its things in the places that libvirt has them, which are
 * directories of the test for it and for the machines that it starts; all of them end with it.
 */
final class LibvirtDaemon implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String NAME = "web";

  private final Path directory;
  private final Process process;

  private LibvirtDaemon(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /** Why there can be none on this machine; empty if there can. */
  static Optional<String> obstacle() {
    for (String tool : List.of("libvirtd", "virsh", "bwrap")) {
      if (Tool.find(tool).isEmpty()) {
        return Optional.of("there is no " + tool);
      }
    }
    return System.getProperty("user.name").equals("root")
        ? AgentGuest.obstacle()
        : Optional.of("only root may run a libvirtd in places of its own");
  }

  /** Starts one, and waits until it answers. */
  static LibvirtDaemon start(Path directory) throws Exception {
    for (String each : List.of("etc", "run", "lib", "log", "cache")) {
      Files.createDirectory(directory.resolve(each));
    }
    Files.writeString(
        directory.resolve("etc/qemu.conf"),
        """
        user = "root"
        group = "root"
        security_driver = "none"
        remember_owner = 0
        namespaces = [ ]
        cgroup_controllers = [ ]
        stdio_handler = "file"
        """);
    Files.writeString(
        directory.resolve("etc/libvirtd.conf"),
        "auth_unix_rw = \"none\"\nauth_unix_ro = \"none\"\n");
    addUser(directory, "passwd", "libvirt-qemu:x:64055:64055::/:/bin/false\n");
    addUser(directory, "group", "libvirt-qemu:x:64055:\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "bwrap --dev-bind / / --unshare-pid --proc /proc --die-with-parent".split(" ")));
    command.addAll(List.of("--tmpfs", "/run", "--tmpfs", "/var"));
    bind(command, directory, directory.toString());
    bind(command, directory.resolve("etc"), "/etc/libvirt");
    bind(command, directory.resolve("run"), "/run/libvirt");
    bind(command, directory.resolve("lib"), "/var/lib/libvirt");
    bind(command, directory.resolve("log"), "/var/log/libvirt");
    bind(command, directory.resolve("cache"), "/var/cache/libvirt");
    bind(command, directory.resolve("passwd"), "/etc/passwd");
    bind(command, directory.resolve("group"), "/etc/group");
    command.add("libvirtd");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("libvirtd.log").toFile())
            .start();
    LibvirtDaemon daemon = new LibvirtDaemon(directory, process);
    try {
      await().atMost(PATIENCE).ignoreExceptions().until(() -> daemon.virsh("list") != null);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
    return daemon;
  }

  private static void bind(List<String> command, Path from, String to) {
    command.addAll(List.of("--bind", from.toString(), to));
  }

  /** Libvirt looks for a user of its own even where it is told to use another. */
  private static void addUser(Path directory, String file, String line) throws IOException {
    String all = Files.readString(Path.of("/etc", file));
    Files.writeString(
        directory.resolve(file),
        all.contains("libvirt-qemu:") ? all : all.stripTrailing() + "\n" + line);
  }

  /** Its URI. */
  String connection() {
    return "qemu+unix:///system?socket=" + directory.resolve("run/libvirt-sock");
  }

  /** Asks it, and returns what it says. */
  String virsh(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("-q", "-c", connection()));
    all.addAll(Arrays.asList(words));
    return Tool.require("virsh", "libvirt-clients").run(null, all.toArray(String[]::new));
  }

  /** Defines the machine, and starts it. */
  GuestConsole boot(AgentGuest guest, List<Path> disks) throws Exception {
    StringBuilder devices = new StringBuilder();
    for (int i = 0; i < disks.size(); i++) {
      String file = disks.get(i).toString();
      devices.append(
          """
          <disk type='file' device='disk'>
            <driver name='qemu' type='%s'/><source file='%s'/><target dev='vd%c' bus='virtio'/>
          </disk>
          """
              .formatted(file.endsWith(".qcow2") ? "qcow2" : "raw", file, 'a' + i));
    }
    Path xml =
        Files.writeString(
            directory.resolve("domain.xml"),
            """
            <domain type='qemu'>
              <name>%s</name><uuid>%s</uuid><memory unit='MiB'>192</memory>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <kernel>%s</kernel><initrd>%s</initrd><cmdline>%s</cmdline>
              </os>
              <devices>
                %s
                <disk type='file' device='cdrom'><target dev='hda' bus='ide'/><readonly/></disk>
                <serial type='unix'><source mode='bind' path='%s'/></serial>
                <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <memballoon model='none'/>
              </devices>
            </domain>
            """
                .formatted(
                    NAME,
                    AgentGuest.VM_ID,
                    guest.kernel(),
                    guest.initramfs(),
                    AgentGuest.COMMAND_LINE,
                    devices,
                    directory.resolve("console")));
    virsh("define", xml.toString());
    return bootAgain();
  }

  /** Starts the machine, and waits until it is up. */
  GuestConsole bootAgain() throws Exception {
    virsh("start", NAME, "--paused");
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(directory.resolve("console")));
    GuestConsole console =
        new GuestConsole(
            new BufferedReader(Channels.newReader(socket, UTF_8)),
            Channels.newWriter(socket, UTF_8));
    virsh("resume", NAME);
    console.await("DOZO-BOOTED");
    console.await("DOZO-SYNCED");
    await()
        .atMost(PATIENCE)
        .until(() -> virsh("dumpxml", NAME).contains("guest_agent.0' state='connected'"));
    return console;
  }

  /** Starts a machine that has a disk and nothing to boot. */
  void startEmpty(String name, Path disk) throws Exception {
    Path xml =
        Files.writeString(
            directory.resolve(name + ".xml"),
            """
            <domain type='qemu'>
              <name>%s</name><memory unit='MiB'>32</memory>
              <os><type arch='x86_64' machine='pc'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda' bus='virtio'/>
                </disk>
                <memballoon model='none'/>
              </devices>
            </domain>
            """
                .formatted(name, disk));
    virsh("define", xml.toString());
    virsh("start", name);
  }

  /** Ends the machine's qemu as a power cut would. */
  void crash() throws Exception {
    long qemu;
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      qemu = all.mapToLong(ProcessHandle::pid).filter(this::isQemu).findFirst().orElseThrow();
    }
    ProcessHandle.of(qemu).ifPresent(ProcessHandle::destroyForcibly);
    await().atMost(PATIENCE).until(() -> virsh("domstate", NAME).contains("shut off"));
  }

  /** The JDK does not tell words as many as libvirt gives to qemu. */
  private boolean isQemu(long process) {
    try {
      String words = Files.readString(Path.of("/proc/" + process + "/cmdline"), ISO_8859_1);
      return words.contains("guest=" + NAME) && words.contains(directory.getParent() + "/");
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
