package dozo.cli.files;

import dozo.cli.quickstart.Tool;
import dozo.mount.fuse.MountException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The programs that read a volume, as one process: what it finds comes from its output. Ending it
 * ends all of them and takes away what they mounted, and so does the end of this process.
 */
public final class Reading implements Closeable {

  /**
   * The first of the ids that confined programs have outside. systemd's list of ids has nobody from
   * here on, and Linux gives none to users.
   */
  private static final int FIRST_ID = 0x7000_0000;

  private static final int IDS = 1 << 30;
  private static final Path FUSE = Path.of("/dev/fuse");

  private final Process process;
  private final ReaderErrors errors;

  private Reading(Process process) {
    this.process = process;
    this.errors = ReaderErrors.collect(process.getErrorStream());
  }

  /** Whether this process is root's, which may map ids as it likes. */
  public static boolean isRoot() {
    try {
      return Objects.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts to read.
   *
   * @param socket where the volume is served by NBD, as the export {@code volume}
   * @param action {@code list} or {@code copy}
   * @param paths of the guest
   * @throws MountException if a program is not there, or the system does not let it be confined
   */
  public static Reading start(Path socket, Driver driver, String action, List<String> paths)
      throws IOException {
    require("nbdfuse", "libnbd-bin");
    require(driver.program(), driver.debianPackage());
    List<String> arguments = new ArrayList<>(List.of(driver.word(), action));
    arguments.addAll(paths);
    if (driver.isKernel()) {
      return trusting(socket, arguments);
    }
    require("bwrap", "bubblewrap");
    return isRoot() ? confinedByRoot(socket, arguments) : confinedByUser(socket, arguments);
  }

  private static void require(String program, String debianPackage) throws MountException {
    if (Tool.find(program).isEmpty()) {
      throw new MountException(
          MountException.Reason.MISSING_PREREQUISITE,
          "The program "
              + program
              + ", which this file system needs, is not there. What to do: apt-get install "
              + debianPackage);
    }
  }

  private static Reading trusting(Path socket, List<String> arguments) throws IOException {
    if (!isRoot()) {
      throw new MountException(
          MountException.Reason.MISSING_PREREQUISITE,
          "Only root may have the kernel mount a file system. What to do: leave"
              + " --trust-file-system out, which needs no root");
    }
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation"));
    command.addAll(List.of("private", "--pid", "--fork", "--kill-child", "--mount-proc"));
    command.addAll(List.of("sh", "-c", script("trust.sh"), "dozo", script("read.sh")));
    command.addAll(arguments);
    ProcessBuilder builder = builder(command);
    builder.environment().put("SOCKET", socket.toString());
    Reading reading = new Reading(builder.start());
    reading.process.getOutputStream().close();
    return reading;
  }

  private static Reading confinedByUser(Path socket, List<String> arguments) throws IOException {
    if (!Files.isWritable(FUSE)) {
      throw new MountException(
          MountException.Reason.MISSING_PREREQUISITE,
          FUSE
              + " is not there or not for this user. What to do: run as root, or have root"
              + " 'modprobe fuse' and 'chmod 666 /dev/fuse', which is its usual mode");
    }
    List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
    command.addAll(bubble(FUSE, socket, arguments));
    Reading reading = new Reading(builder(command).start());
    reading.process.getOutputStream().close();
    return reading;
  }

  private static Reading confinedByRoot(Path socket, List<String> arguments) throws IOException {
    Files.setAttribute(socket, "unix:uid", FIRST_ID);
    List<String> command =
        new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c"));
    command.addAll(List.of(script("confine.sh"), "dozo", socket.toString()));
    command.addAll(bubble(Path.of("/mnt/fuse"), Path.of("/mnt/disk.sock"), arguments));
    Reading reading = new Reading(builder(command).start());
    try {
      reading.mapIds();
      return reading;
    } catch (IOException | RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  /** Waits until the process is in its user namespace, and gives it ids there. */
  private void mapIds() throws IOException {
    StringBuilder said = new StringBuilder();
    for (int c = output().read(); c >= 0 && c != '\n'; c = output().read()) {
      said.append((char) c);
    }
    if (!said.toString().equals("confined")) {
      throw failure(awaitEnd());
    }
    String map = "0 " + FIRST_ID + " " + IDS + "\n";
    for (String kind : List.of("gid_map", "uid_map")) {
      Files.writeString(Path.of("/proc", Long.toString(process.pid()), kind), map);
    }
    try (OutputStream in = process.getOutputStream()) {
      in.write('\n');
    }
  }

  /** The command line that shows a process the system's programs, one socket, and nothing else. */
  private static List<String> bubble(Path fuse, Path socket, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("bwrap", "--unshare-pid", "--unshare-net"));
    command.addAll(List.of("--unshare-ipc", "--unshare-uts", "--die-with-parent"));
    command.addAll(List.of("--new-session", "--clearenv", "--ro-bind", "/usr", "/usr"));
    for (String name : List.of("bin", "sbin", "lib", "lib64", "lib32")) {
      Path path = Path.of("/", name);
      if (Files.isSymbolicLink(path)) {
        command.addAll(List.of("--symlink", Files.readSymbolicLink(path) + "", path + ""));
      } else if (Files.isDirectory(path)) {
        command.addAll(List.of("--ro-bind", path + "", path + ""));
      }
    }
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    command.addAll(List.of("--dev-bind", fuse.toString(), "/dev/fuse"));
    command.addAll(List.of("--ro-bind", socket.toString(), "/disk.sock"));
    command.addAll(List.of("--tmpfs", "/tmp", "--dir", "/image", "--dir", "/files"));
    environment("/disk.sock", "/image", "/files", "/tmp")
        .forEach(each -> command.addAll(List.of("--setenv", each.name(), each.value())));
    command.addAll(List.of("--chdir", "/", "--", "sh", "-c", script("read.sh"), "dozo"));
    command.addAll(arguments);
    return command;
  }

  private record Variable(String name, String value) {}

  private static List<Variable> environment(String socket, String image, String files, String run) {
    return List.of(
        new Variable("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
        new Variable("LC_ALL", "C"),
        new Variable("SOCKET", socket),
        new Variable("IMAGE", image),
        new Variable("FILES", files),
        new Variable("RUN", run));
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static String script(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Reading.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What the action finds. */
  InputStream output() {
    return process.getInputStream();
  }

  /** Waits for the end and returns what went wrong on the way. */
  ReaderErrors.Summary awaitEnd() throws IOException {
    try {
      int code = process.waitFor();
      return errors.await(code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while files were read", e);
    }
  }

  /** Why nothing was read. */
  static IOException failure(ReaderErrors.Summary summary) {
    String said = String.join("; ", summary.lines());
    return switch (summary.exitCode()) {
      case 73 -> new IOException(said + ". What to do: 'dozo files ls' shows what is there.");
      case 72 ->
          new MountException(
              MountException.Reason.REFUSED,
              said
                  + ". What to do: it may be damaged, or newer than the program. With"
                  + " --trust-file-system the kernel tries, if you trust the guest");
      default ->
          new MountException(
              MountException.Reason.REFUSED,
              "The programs that read the file system could not be run: "
                  + said
                  + ". What to do: where users may not make namespaces, run as root; in a container,"
                  + " run on its host");
    };
  }

  /** Makes the process end at once, whoever waits for it. */
  public void cancel() {
    process.destroyForcibly();
  }

  /** Ends the process, and waits for that. May be called more than once. */
  @Override
  public void close() {
    cancel();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
