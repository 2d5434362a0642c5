package dozo.packaging;

import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Debian of nothing but apt and systemd, which runs as process 1 in namespaces of its own,
 * without a network. Closing it ends all that runs in it.
 */
final class BareDebian implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String RELEASE = "bookworm";

  private final Path root;
  private final Process outside;
  private final long init;

  private BareDebian(Path root, Process outside, long init) {
    this.root = root;
    this.outside = outside;
    this.init = init;
  }

  /**
   * Makes the files of one. What the package depends on is downloaded to it, as there is no network
   * later, and not installed.
   *
   * @param root where it is made
   * @param dependent a package, which is put into the new system's root
   */
  static void make(Path root, Path dependent) throws IOException {
    Tool make = Tool.require("mmdebstrap", "mmdebstrap");
    Tool.require("unshare", "util-linux")
        .run(
            null,
            "--mount", // What it mounts goes with it, however it ends.
            make.path().toString(),
            "--mode=root",
            "--variant=apt",
            "--include=systemd,systemd-sysv,dbus",
            "--customize-hook=copy-in " + dependent + " /",
            "--customize-hook=chroot \"$1\" apt-get install --yes --no-install-recommends"
                + " --download-only /"
                + dependent.getFileName(),
            "--skip=cleanup/apt",
            RELEASE,
            root.toString());
  }

  /** Boots a copy of a system in a directory that is empty. */
  static BareDebian boot(Path system, Path directory) throws IOException {
    Path root = directory.resolve("root");
    Tool.require("cp", "coreutils").run(null, "-a", system.toString(), root.toString());
    Path script = directory.resolve("boot.sh");
    try (InputStream text =
        Objects.requireNonNull(BareDebian.class.getResourceAsStream("boot.sh"))) {
      Files.copy(text, script);
    }
    Process outside =
        new ProcessBuilder("unshare", "--mount", "sh", script.toString(), root.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("boot.log").toFile())
            .start();
    await().atMost(LONG).until(() -> init(outside).isPresent());
    BareDebian booted = new BareDebian(root, outside, init(outside).orElseThrow().pid());
    await()
        .atMost(LONG)
        .until(() -> booted.tell("systemctl is-system-running").equals("running\n"));
    return booted;
  }

  /** The script's child makes the namespaces, in which its child becomes process 1. */
  private static Optional<ProcessHandle> init(Process outside) {
    return outside
        .children()
        .flatMap(ProcessHandle::children)
        .filter(process -> process.info().command().orElse("").endsWith("/systemd"))
        .findFirst();
  }

  /** The directory that is its root. */
  Path root() {
    return root;
  }

  /** Runs a command of the shell as root, and returns what it prints. */
  String run(String command) throws IOException {
    return tool().run(null, arguments(command));
  }

  /** Runs a command that may fail, and returns what it prints. */
  String tell(String command) {
    try {
      return run("{ " + command + "; } 2>&1 || true");
    } catch (IOException e) {
      return String.valueOf(e.getMessage()); // Nobody can enter a system that has just begun.
    }
  }

  private static Tool tool() throws IOException {
    return Tool.require("nsenter", "util-linux");
  }

  private String[] arguments(String command) {
    List<String> words =
        new ArrayList<>(
            List.of("--target", Long.toString(init), "--all", "--root", "--wd", "env", "-i"));
    words.addAll(
        List.of(
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND=noninteractive",
            "LC_ALL=C.UTF-8",
            "sh",
            "-c",
            command + "\n"));
    return words.toArray(String[]::new);
  }

  @Override
  public void close() throws IOException {
    outside.children().flatMap(ProcessHandle::children).forEach(ProcessHandle::destroyForcibly);
    try {
      if (!outside.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)) {
        outside.destroyForcibly();
      }
    } catch (InterruptedException e) {
      outside.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    remove(root);
  }

  /** Removes the files of a system that does not run. */
  static void remove(Path root) throws IOException {
    Tool.require("rm", "coreutils").run(null, "-rf", "--one-file-system", root.toString());
  }
}
