package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A user without any rights, whom root can be. He has a home, a copy of this program there, since
 * he may not be able to get at the one that runs the tests, and may open the FUSE device, as users
 * of most machines may.
 */
final class PlainUser {
  /** Nobody. */
  static final int ID = 65_534;

  private static final String AS_USER =
      """
      mount -t tmpfs -o mode=755 none "$1"
      mknod -m "$2" "$1/fuse" c 10 229
      mount --bind "$1/fuse" /dev/fuse
      shift 2
      exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
      """;

  private final Path home;
  private final Path devices;
  private final String classPath;

  private PlainUser(Path home, Path devices, String classPath) {
    this.home = home;
    this.devices = devices;
    this.classPath = classPath;
  }

  /**
   * Makes his home. The test is skipped where it does not run as root.
   *
   * @param directory which he is let through
   */
  static PlainUser create(Path directory) throws IOException {
    assumeThat(System.getProperty("user.name"))
        .as("only root can be another user, so that other users can do this is NOT tested")
        .isEqualTo("root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Path programs = Files.createDirectory(directory.resolve("programs"));
    List<String> classes = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!each.isEmpty() && Files.exists(Path.of(each))) {
        Path copy = programs.resolve(String.valueOf(classes.size()));
        Tool.require("cp", "coreutils").run(null, "-rL", each, copy.toString());
        classes.add(copy.toString());
      }
    }
    Tool.require("chmod", "coreutils").run(null, "-R", "a+rX", programs.toString());
    Path home = Files.createDirectory(directory.resolve("home"));
    PlainUser user =
        new PlainUser(
            home,
            Files.createDirectory(directory.resolve("devices")),
            String.join(File.pathSeparator, classes));
    user.own(home);
    return user;
  }

  /** His directory, which nobody else but root can enter. */
  Path home() {
    return home;
  }

  /** Makes a file or directory his own, and nobody else's. */
  Path own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", ID);
    Files.setAttribute(path, "unix:gid", ID);
    Files.setAttribute(path, "unix:mode", Files.isDirectory(path) ? 0700 : 0600);
    return path;
  }

  /** Runs a command as he would. */
  Cli.Outcome run(Cli cli, Object... words) throws Exception {
    return run("666", cli, words);
  }

  /** As {@link #run}, on a machine that lets nobody but root open the FUSE device. */
  Cli.Outcome runWithoutFuse(Cli cli, Object... words) throws Exception {
    return run("600", cli, words);
  }

  private Cli.Outcome run(String fuseMode, Cli cli, Object... words) throws Exception {
    ProcessBuilder builder = cli.processFromClasses(words).directory(home.toFile());
    List<String> command = builder.command();
    command.set(command.indexOf("-cp") + 1, classPath);
    command.addAll(0, List.of("sh", "-euc", AS_USER, "dozo", devices.toString(), fuseMode));
    command.addAll(0, List.of("unshare", "--mount", "--propagation", "private"));
    builder.environment().put("HOME", home.toString());
    builder.environment().remove("XDG_RUNTIME_DIR");
    Path err = Files.createTempFile("plain-user", ".err");
    try {
      Process process = builder.redirectError(err.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Cli.Outcome(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }
}
