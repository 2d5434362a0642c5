package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.secret.SecretReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounts and exports that processes of ours serve on this host: a small file for each, in a
 * directory that does not outlive the host. Whether one still is served is told by its process,
 * never by touching the mount, which may hang.
 */
final class MountRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(MountRegistry.class);
  private static final String SUFFIX = ".json";

  private final Path directory;

  private MountRegistry(Path directory) {
    this.directory = directory;
  }

  /** Opens the directory of this user, which is made if it is not there. */
  static MountRegistry open(SecretReader environment) throws IOException {
    Path base =
        environment
            .variable("DOZO_RUNTIME")
            .map(Path::of)
            .or(() ->
                environment.variable("XDG_RUNTIME_DIR").map(Path::of).map(p -> p.resolve("dozo")))
            .orElseGet(MountRegistry::usual);
    Files.createDirectories(
        base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new MountRegistry(base);
  }

  private static Path usual() {
    String user = System.getProperty("user.name", "nobody");
    return user.equals("root")
        ? Path.of("/run/dozo")
        : Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "dozo-" + user);
  }

  /**
   * A mount or export.
   *
   * @param place the mount point, or the address of an export
   * @param process the process that serves it
   * @param started when that process began, which tells it from a later one of its number
   * @param restorePoint what it shows; empty for all
   * @param vm the VM's name; empty for all
   * @param overlay the overlay's name; empty if it is read-only
   * @param prefetchedBytes how much was read ahead for a boot
   */
  record Running(
      String place,
      long process,
      long started,
      String restorePoint,
      String vm,
      String overlay,
      long prefetchedBytes,
      Path file) {

    private Running withPrefetched(long bytes) {
      return new Running(place, process, started, restorePoint, vm, overlay, bytes, file);
    }

    /** Whether its process is there. */
    boolean isAlive() {
      return ProcessHandle.of(process).filter(each -> startOf(each) == started).isPresent();
    }

    /** Where its process can be talked to. */
    Path control() {
      return file.resolveSibling(file.getFileName().toString().replace(SUFFIX, ".sock"));
    }

    /** Waits until its process has ended; returns whether it has. */
    boolean awaitEnd(long seconds) throws InterruptedException {
      long deadline = System.nanoTime() + seconds * 1_000_000_000L;
      while (isAlive() && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
      return !isAlive();
    }
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Notes what this process serves. */
  Running add(String place, String restorePoint, String vm, String overlay) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    Running running =
        new Running(
            place,
            self.pid(),
            startOf(self),
            restorePoint,
            vm,
            overlay,
            0,
            directory.resolve(self.pid() + SUFFIX));
    write(running);
    return running;
  }

  /** Notes how much a mount has read ahead for a boot. */
  synchronized void notePrefetched(Running running, long bytes) {
    try {
      if (Files.exists(running.file())) { // Else the mount is ending, and was removed.
        write(running.withPrefetched(bytes));
      }
    } catch (IOException e) {
      LOG.warn("cannot note what was read ahead place={}", running.place(), e);
    }
  }

  private void write(Running running) throws IOException {
    String text =
        Json.object(json ->
            json.put("place", running.place())
                .put("process", running.process())
                .put("started", running.started())
                .put("restorePoint", running.restorePoint())
                .put("vm", running.vm())
                .put("overlay", running.overlay())
                .put("prefetchedBytes", running.prefetchedBytes()));
    Path unnamed = directory.resolve(running.process() + ".tmp");
    Files.writeString(unnamed, text + "\n");
    Files.move(unnamed, running.file(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets one. */
  synchronized void remove(Running running) throws IOException {
    Files.deleteIfExists(running.file());
    Files.deleteIfExists(running.control());
  }

  /** Lists all, dead ones too, by place. */
  List<Running> list() throws IOException {
    List<Running> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        read(file).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(Running::place));
    return all;
  }

  private static Optional<Running> read(Path file) throws IOException {
    try {
      Map<String, String> members = Events.members(Files.readString(file, StandardCharsets.UTF_8));
      return Optional.of(
          new Running(
              members.getOrDefault("place", ""),
              Long.parseLong(members.getOrDefault("process", "0")),
              Long.parseLong(members.getOrDefault("started", "0")),
              members.getOrDefault("restorePoint", ""),
              members.getOrDefault("vm", ""),
              members.getOrDefault("overlay", ""),
              Long.parseLong(members.getOrDefault("prefetchedBytes", "0")),
              file));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // It ended since the directory was listed.
    } catch (NumberFormatException e) {
      return Optional.empty(); // Not ours to judge: somebody else's file.
    }
  }
}
