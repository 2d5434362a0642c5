package dozo.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.cli.quickstart.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Debian guest as small as one can be: the kernel of Debian's cloud images, and busybox on an
 * ext4 file system. It boots in seconds under emulation, since not every machine that runs tests
 * may virtualize.
 */
final class TinyGuest {
  /** In the order in which they need one another. */
  private static final List<String> MODULES =
      List.of(
          "virtio/virtio_ring.ko",
          "virtio/virtio.ko",
          "virtio/virtio_pci_modern_dev.ko",
          "virtio/virtio_pci_legacy_dev.ko",
          "virtio/virtio_pci.ko",
          "block/virtio_blk.ko");

  private static final String FIRST_INIT =
      """
      #!/bin/busybox sh
      /bin/busybox mount -t devtmpfs d /dev
      for m in MODULES; do /bin/busybox insmod /m/$m; done
      /bin/busybox mount -t ext4 /dev/vda /new
      exec /bin/busybox switch_root /new /sbin/init
      """;

  private static final String INIT =
      """
      #!/bin/busybox sh
      b=/bin/busybox
      $b mount -t proc p /proc
      $b mount -t devtmpfs d /dev
      task=$($b sed -n 's/.*dozo\\.task=\\([a-z]*\\).*/\\1/p' /proc/cmdline)
      echo "DOZO-BOOTED $task"
      case $task in
        write)
          $b dd if=/dev/urandom of=/data/file bs=1M count=64 conv=fsync
          $b sync
          echo "DOZO-SUM $($b wc -c < /data/file) $($b sha256sum < /data/file)"
          while :; do $b sleep 1; done ;;
        check)
          echo "DOZO-SUM $($b wc -c < /data/file) $($b sha256sum < /data/file)" ;;
      esac
      $b sync
      $b mount -o remount,ro /
      echo DOZO-DONE
      $b poweroff -f
      """;

  private final Path kernel;
  private final Path initramfs;

  private TinyGuest(Path kernel, Path initramfs) {
    this.kernel = kernel;
    this.initramfs = initramfs;
  }

  /** Why there can be none on this machine; empty if there can. */
  static Optional<String> obstacle() {
    for (String tool : List.of("qemu-system-x86_64", "apt-get", "dpkg-deb", "mke2fs")) {
      if (Tool.find(tool).isEmpty()) {
        return Optional.of("there is no " + tool);
      }
    }
    return Files.isExecutable(Path.of("/bin/busybox"))
        ? Optional.empty()
        : Optional.of("there is no /bin/busybox (package busybox-static)");
  }

  /** Fetches the kernel, once for all runs, and makes what it boots from. */
  static TinyGuest prepare(Path directory) throws Exception {
    GuestKernel kernel = GuestKernel.prepare();
    InitramfsArchive archive = new InitramfsArchive();
    for (String each : List.of("bin", "dev", "m", "new")) {
      archive.add(each, 0040755, new byte[0]);
    }
    archive.add("bin/busybox", 0100755, Files.readAllBytes(Path.of("/bin/busybox")));
    List<String> names = new ArrayList<>();
    for (String module : MODULES) {
      names.add(kernel.addModule(module, archive));
    }
    archive.add(
        "init", 0100755, FIRST_INIT.replace("MODULES", String.join(" ", names)).getBytes(US_ASCII));
    archive.console();
    return new TinyGuest(
        kernel.image(), Files.write(directory.resolve("initramfs"), archive.finish()));
  }

  /** Makes the guest's disk. */
  static Path disk(Path directory, long sizeBytes) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    for (String each : List.of("bin", "dev", "proc", "sbin", "data")) {
      Files.createDirectory(root.resolve(each));
    }
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Path init = Files.writeString(root.resolve("sbin/init"), INIT);
    assertThat(init.toFile().setExecutable(true)).isTrue();
    Path disk = directory.resolve("guest.raw");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    GuestKernel.run(
        directory, "mke2fs", "-q", "-t", "ext4", "-d", root.toString(), disk.toString());
    return disk;
  }

  /**
   * Boots.
   *
   * @param drive the disk, as qemu's -drive has it
   * @param task what the guest shall do: boot, write or check
   */
  Running boot(String drive, String task) throws IOException {
    List<String> command =
        List.of(
            "qemu-system-x86_64",
            "-accel",
            "tcg",
            "-m",
            "256",
            "-nographic",
            "-no-reboot",
            "-nic",
            "none",
            "-kernel",
            kernel.toString(),
            "-initrd",
            initramfs.toString(),
            "-append",
            "console=ttyS0 panic=-1 quiet rdinit=/init dozo.task=" + task,
            "-drive",
            drive + ",if=virtio,cache=writeback");
    return new Running(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** A guest that runs. */
  static final class Running implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 180;

    private final Process process;
    private final BufferedReader console;
    private final StringBuilder said = new StringBuilder();

    private Running(Process process) {
      this.process = process;
      this.console = process.inputReader(UTF_8);
    }

    /** Waits for a line of the console with that word in it, and returns what follows the word. */
    String await(String word) throws Exception {
      return CompletableFuture.supplyAsync(() -> find(word))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private String find(String word) {
      try {
        for (String line = console.readLine(); line != null; line = console.readLine()) {
          said.append(line).append('\n');
          int at = line.indexOf(word);
          if (at >= 0) {
            return line.substring(at + word.length()).strip();
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      throw new AssertionError("The guest never said " + word + " but\n" + said);
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
