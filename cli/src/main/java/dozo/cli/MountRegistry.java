package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.secret.SecretReader;
import dozo.mount.fuse.MountException;
import dozo.mount.fuse.MountException.Reason;
import dozo.mount.overlay.OverlayState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The mounts and exports that processes of ours serve on this host: a small file for each, in a
 * directory that does not outlive the host. The process writes it itself, and before it mounts, so
 * that whatever is mounted is in here whoever began it and whether or not that one still lives.
 * Whether it still is served is told by its process, never by touching the mount, which may hang.
 *
 * <p>Safe for use by several threads and processes.
 */
final class MountRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(MountRegistry.class);

  /** Says where it is. */
  static final String VARIABLE = "DOZO_RUNTIME";

  private static final String SUFFIX = ".json";
  private static final String CLAIMS = "claims.lock";
  private static final Path SELF = Path.of("/proc/self");

  /** The service manager makes it for the server's user. */
  private static final Path OF_SERVICE = Path.of("/run/dozo");

  /** The system's locks are between processes only. */
  private static final ReentrantLock CLAIMING = new ReentrantLock();

  private final Path directory;

  private MountRegistry(Path directory) {
    this.directory = directory;
  }

  /** Opens the directory of this user, which is made if it is not there. */
  static MountRegistry open(SecretReader environment) throws IOException {
    Path base = directory(environment);
    Files.createDirectories(
        base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    requireOwn(base);
    return new MountRegistry(base);
  }

  /** In a temporary directory others may have made it, and what is in it is acted upon. */
  private static void requireOwn(Path base) throws IOException {
    if (Files.exists(SELF) && !isOwn(base)) {
      throw new IOException(
          base
              + " belongs to another user. What to do: set "
              + VARIABLE
              + " to a directory of yours.");
    }
  }

  private static boolean isOwn(Path base) throws IOException {
    return Files.getAttribute(base, "unix:uid").equals(Files.getAttribute(SELF, "unix:uid"));
  }

  private static Path directory(SecretReader environment) throws IOException {
    Optional<Path> told =
        environment
            .variable(VARIABLE)
            .map(Path::of)
            .or(() ->
                environment.variable("XDG_RUNTIME_DIR").map(Path::of).map(p -> p.resolve("dozo")));
    return told.isPresent() ? told.get() : usual();
  }

  /** The service's user is known by its directory; root has one beside it. */
  private static Path usual() throws IOException {
    String user = System.getProperty("user.name", "nobody");
    if (user.equals("root")) {
      return Path.of("/run/dozo-root");
    }
    return Files.exists(OF_SERVICE) && Files.exists(SELF) && isOwn(OF_SERVICE)
        ? OF_SERVICE
        : Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "dozo-" + user);
  }

  /** Where it is. */
  Path directory() {
    return directory;
  }

  /**
   * A mount or export, and its files.
   *
   * @param process the process that serves it
   * @param isServing whether it can be used already
   * @param prefetchedBytes how much was read ahead for a boot
   * @param overlay whether its overlay takes writes; sound if it has none
   */
  record Running(
      RunningMount what,
      ProcessIdentity process,
      boolean isServing,
      long prefetchedBytes,
      OverlayState overlay,
      Path file) {

    /** Whether its process is there. */
    boolean isAlive() throws IOException {
      return process.isAlive();
    }

    /** Where its process can be talked to. */
    Path control() {
      return sibling(".sock");
    }

    /** What its process has complained of, if somebody catches that. */
    Path log() {
      return sibling(".log");
    }

    private Path sibling(String suffix) {
      return file.resolveSibling(file.getFileName().toString().replace(SUFFIX, suffix));
    }
  }

  /** Where what a process complains of is kept. */
  Path logOf(ProcessIdentity process) {
    return directory.resolve(process.id() + ".log");
  }

  /**
   * Notes what this process is about to mount.
   *
   * @throws MountException if another is about to mount on the same place
   */
  Running claim(RunningMount what) throws IOException {
    CLAIMING.lock();
    try (FileChannel claims =
            FileChannel.open(
                directory.resolve(CLAIMS), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = claims.lock()) {
      for (Running each : at(what.place())) {
        if (!each.isServing() && each.isAlive()) {
          throw new MountException(
              Reason.UNSUITABLE_MOUNT_POINT,
              what.place()
                  + " is being mounted on by process "
                  + each.process().number()
                  + ": choose another directory, or unmount it");
        }
      }
      return write(what, false);
    } finally {
      CLAIMING.unlock();
    }
  }

  /** Notes what this process serves from now on, in place of whoever died there before. */
  Running serving(RunningMount what) throws IOException {
    for (Running each : at(what.place())) {
      if (!each.isAlive()) {
        removeWithLog(each);
      }
    }
    return write(what, true);
  }

  private Running write(RunningMount what, boolean isServing) throws IOException {
    ProcessIdentity self = ProcessIdentity.current();
    Path file = directory.resolve(self.id() + SUFFIX);
    Running running = new Running(what, self, isServing, 0, OverlayState.SOUND, file);
    write(running);
    return running;
  }

  private void write(Running running) throws IOException {
    Path unnamed = directory.resolve(running.process().id() + ".tmp");
    Files.writeString(unnamed, text(running) + "\n");
    Files.move(unnamed, running.file(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Notes how much a mount has read ahead for a boot. */
  void notePrefetched(Running running, long bytes) {
    note(
        running,
        now ->
            new Running(
                now.what(), now.process(), now.isServing(), bytes, now.overlay(), now.file()));
  }

  /** Notes whether what is written to a mount is taken. */
  void noteOverlay(Running running, OverlayState state) {
    note(
        running,
        now ->
            new Running(
                now.what(),
                now.process(),
                now.isServing(),
                now.prefetchedBytes(),
                state,
                now.file()));
  }

  private synchronized void note(Running running, UnaryOperator<Running> change) {
    try {
      Optional<Running> now = read(running.file());
      if (now.isPresent()) { // Else the mount is ending, and was removed.
        write(change.apply(now.get()));
      }
    } catch (IOException e) {
      LOG.warn("cannot note how a mount is place={}", running.what().place(), e);
    }
  }

  /** Forgets one. */
  synchronized void remove(Running running) throws IOException {
    Files.deleteIfExists(running.file());
    Files.deleteIfExists(running.control());
  }

  /** Forgets one, and what it complained of. */
  void removeWithLog(Running running) throws IOException {
    remove(running);
    Files.deleteIfExists(running.log());
  }

  /** Lists all, dead ones too, by place. */
  List<Running> list() throws IOException {
    List<Running> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        read(file).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparing(each -> each.what().place()));
    return all;
  }

  /** Lists those at a place: one at the most is alive, and others were killed there before. */
  List<Running> at(String place) throws IOException {
    return list().stream().filter(each -> each.what().place().equals(place)).toList();
  }

  private static String text(Running running) {
    RunningMount what = running.what();
    return Json.object(json ->
        json.put("place", what.place())
            .put("process", running.process().number())
            .put("start", running.process().start())
            .put("boot", running.process().boot())
            .put("serving", running.isServing())
            .put("since", what.since().toString())
            .put("restorePoint", what.restorePoint())
            .put("vm", what.vm())
            .put("overlay", what.overlay())
            .put("overlayName", what.overlayName())
            .put("server", what.server())
            .put("token", what.token())
            .put("prefetchedBytes", running.prefetchedBytes())
            .put("overlayState", running.overlay().kind().name())
            .put("overlayCause", running.overlay().cause()));
  }

  private static Optional<Running> read(Path file) throws IOException {
    try {
      Map<String, String> members = Events.members(Files.readString(file, StandardCharsets.UTF_8));
      RunningMount what =
          new RunningMount(
              members.getOrDefault("place", ""),
              members.getOrDefault("restorePoint", ""),
              members.getOrDefault("vm", ""),
              members.getOrDefault("overlay", ""),
              members.getOrDefault("overlayName", ""),
              members.getOrDefault("server", ""),
              members.getOrDefault("token", ""),
              Instant.parse(members.getOrDefault("since", "")));
      ProcessIdentity process =
          new ProcessIdentity(
              Long.parseLong(members.getOrDefault("process", "")),
              Long.parseLong(members.getOrDefault("start", "")),
              members.getOrDefault("boot", ""));
      boolean isServing = members.getOrDefault("serving", "").equals("true");
      long prefetched = Long.parseLong(members.getOrDefault("prefetchedBytes", "0"));
      OverlayState overlay =
          new OverlayState(
              OverlayState.Kind.valueOf(
                  members.getOrDefault("overlayState", OverlayState.Kind.SOUND.name())),
              members.getOrDefault("overlayCause", ""));
      return Optional.of(new Running(what, process, isServing, prefetched, overlay, file));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // It ended since the directory was listed.
    } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
      return Optional.empty(); // Not ours to judge: somebody else's file.
    }
  }
}
