package dozo.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.cli.quickstart.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Debian guest that runs from its initramfs: kernel, busybox and qemu's guest agent. It writes to
 * an ext4 file system on its disk all the time, and tells on its console what it has synced. What
 * is typed there is executed.
 */
final class AgentGuest {
  static final String VM_ID = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

  /** What its kernel is told. */
  static final String COMMAND_LINE = "console=ttyS0 panic=-1 quiet rdinit=/init";

  private static final List<String> MODULES =
      List.of(
          "virtio/virtio_ring.ko",
          "virtio/virtio.ko",
          "virtio/virtio_pci_modern_dev.ko",
          "virtio/virtio_pci_legacy_dev.ko",
          "virtio/virtio_pci.ko",
          "block/virtio_blk.ko",
          "char/virtio_console.ko");

  private static final String INIT =
      """
      #!/bin/busybox sh
      b=/bin/busybox
      $b mount -t proc p /proc
      $b mount -t sysfs s /sys
      $b mount -t devtmpfs d /dev
      for m in MODULES; do $b insmod /m/$m; done
      $b mount -t ext4 /dev/vda /data || echo DOZO-ERROR mount
      agent() {
        for p in /sys/class/virtio-ports/*; do
          if $b grep -q guest_agent $p/name; then
            /bin/qemu-ga -m virtio-serial -p /dev/$($b basename $p) -t /run &
          fi
        done
      }
      agent
      writer() {
        i=0
        while :; do
          i=$((i + 1))
          $b dd if=/dev/urandom of=/data/file$((i % 4)) bs=64k count=2 conv=fsync,notrunc 2>/dev/null \\
            && echo $i > /data/next && $b mv /data/next /data/count && $b sync -f /data/count \\
            || echo DOZO-ERROR $i
          echo DOZO-SYNCED $i
          $b sleep 0.1
        done
      }
      writer &
      echo DOZO-BOOTED
      while read -r line; do eval "$line"; done
      """;

  private final Path kernel;
  private final Path initramfs;

  private AgentGuest(Path kernel, Path initramfs) {
    this.kernel = kernel;
    this.initramfs = initramfs;
  }

  /** What it boots from. */
  Path kernel() {
    return kernel;
  }

  /** What it runs from. */
  Path initramfs() {
    return initramfs;
  }

  /** Why there can be none on this machine; empty if there can. */
  static Optional<String> obstacle() {
    for (String tool : List.of("qemu-img", "ldd", "e2fsck", "debugfs")) {
      if (Tool.find(tool).isEmpty()) {
        return Optional.of("there is no " + tool);
      }
    }
    return TinyGuest.obstacle();
  }

  static AgentGuest prepare(Path directory) throws Exception {
    GuestKernel kernel = GuestKernel.prepare();
    InitramfsArchive archive = new InitramfsArchive();
    for (String each : List.of("bin", "dev", "proc", "sys", "data", "run", "m")) {
      archive.add(each, 0040755, new byte[0]);
    }
    archive.add("bin/busybox", 0100755, Files.readAllBytes(Path.of("/bin/busybox")));
    Path agent = GuestKernel.unpacked("qemu-guest-agent", "agent").resolve("usr/sbin/qemu-ga");
    archive.add("bin/qemu-ga", 0100755, Files.readAllBytes(agent));
    addLibraries(agent, archive);
    List<String> names = new ArrayList<>();
    for (String module : MODULES) {
      names.add(kernel.addModule(module, archive));
    }
    archive.add(
        "init", 0100755, INIT.replace("MODULES", String.join(" ", names)).getBytes(US_ASCII));
    archive.console();
    return new AgentGuest(
        kernel.image(), Files.write(directory.resolve("agent-initramfs"), archive.finish()));
  }

  /** Adds what the agent is linked with, from this machine, which runs the same distribution. */
  private static void addLibraries(Path program, InitramfsArchive archive) throws Exception {
    archive.add("lib", 0040755, new byte[0]);
    archive.add("lib/x86_64-linux-gnu", 0040755, new byte[0]);
    archive.add("lib64", 0040755, new byte[0]);
    for (String line :
        Tool.require("ldd", "libc-bin").run(null, program.toString()).lines().toList()) {
      int path = line.indexOf('/');
      if (path < 0) {
        continue;
      }
      Path library = Path.of(line.substring(path, line.indexOf(' ', path)));
      String place = line.contains("=>") ? "lib/x86_64-linux-gnu/" : "lib64/";
      archive.add(place + library.getFileName(), 0100755, Files.readAllBytes(library));
    }
  }

  /** Makes the guest's disk, a qcow2 image with an ext4 file system. */
  static Path disk(Path directory, int mebibytes) throws Exception {
    Path raw = directory.resolve("disk0.raw");
    GuestKernel.run(directory, "truncate", "-s", mebibytes + "M", raw.toString());
    GuestKernel.run(directory, "mke2fs", "-q", "-t", "ext4", raw.toString());
    Path disk = directory.resolve("disk0.qcow2");
    GuestKernel.run(
        directory, "qemu-img", "convert", "-O", "qcow2", raw.toString(), disk.toString());
    Files.delete(raw);
    return disk;
  }

  /**
   * Boots, and waits until the guest is up.
   *
   * @param directory for the sockets {@code qmp} and {@code agent}
   * @param disks images: the first is the guest's, others it leaves alone
   */
  Running boot(Path directory, List<Path> disks) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-m",
                "192",
                "-display",
                "none",
                "-no-reboot",
                "-nic",
                "none",
                "-monitor",
                "none",
                "-serial",
                "stdio",
                "-uuid",
                VM_ID,
                "-kernel",
                kernel.toString(),
                "-initrd",
                initramfs.toString(),
                "-append",
                COMMAND_LINE,
                "-device",
                "virtio-serial",
                "-chardev",
                "socket,id=qga,path=" + directory.resolve("agent") + ",server=on,wait=off",
                "-device",
                "virtserialport,chardev=qga,name=org.qemu.guest_agent.0",
                "-qmp",
                "unix:" + directory.resolve("qmp") + ",server=on,wait=off"));
    for (int i = 0; i < disks.size(); i++) {
      String file = disks.get(i).toString();
      String format = file.endsWith(".qcow2") ? "qcow2" : "raw";
      command.addAll(
          List.of(
              "-blockdev",
              "driver="
                  + format
                  + ",node-name=disk"
                  + i
                  + ",file.driver=file,file.filename="
                  + file,
              "-device",
              "virtio-blk-pci,drive=disk" + i + ",id=vd" + (char) ('a' + i)));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Running running = new Running(process);
    running.await("DOZO-BOOTED");
    running.await("DOZO-SYNCED");
    return running;
  }

  /** A guest that runs in a qemu of ours. */
  static final class Running extends GuestConsole implements AutoCloseable {
    private final Process process;

    private Running(Process process) {
      super(process.inputReader(UTF_8), process.outputWriter(UTF_8));
      this.process = process;
    }

    /** Waits until qemu has ended, and has written out what it keeps in the disks. */
    void awaitEnd() throws InterruptedException {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("qemu did not end");
      }
    }

    /** Ends qemu as a power cut would end its host, but for what the kernel holds. */
    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
