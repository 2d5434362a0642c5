package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.fuse.FuseMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Mounts that processes of their own serve, which can be killed. What is left is unmounted. */
final class MountProcesses implements AutoCloseable {
  private final Cli cli;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts none yet.
   *
   * @param directory where logs go, and below which all mount points are
   */
  MountProcesses(Cli cli, Path directory) {
    this.cli = cli;
    this.directory = directory;
  }

  /** Mounts, with the words that come behind {@code dozo mount}; returns what it says of itself. */
  Map<String, String> mount(Object... words) throws IOException {
    List<Object> all = new ArrayList<>(List.of("mount", "--json"));
    all.addAll(List.of(words));
    Path log = log(processes.size());
    Process process = cli.process(all.toArray()).redirectError(log.toFile()).start();
    processes.add(process);
    String ready = process.inputReader(UTF_8).readLine();
    assertThat(ready).as("mounted; it wrote %s", Files.readString(log)).isNotNull();
    return Events.members(ready);
  }

  private Path log(int number) {
    return directory.resolve("mount-" + number + ".log");
  }

  /** What the mount that was started last has written to its log. */
  String log() throws IOException {
    return Files.readString(log(processes.size() - 1));
  }

  /** Kills the mount that was started last. */
  void kill() throws InterruptedException {
    processes.getLast().destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.destroyForcibly().onExit().join();
    }
    Path real = directory.toRealPath();
    for (Path left : FuseMount.mountPoints()) {
      if (left.startsWith(real)) {
        FuseMount.unmount(left);
      }
    }
  }
}
