package dozo.mount.overlay;

import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.RepositoryLockedException;
import dozo.format.manifest.RestorePointId;
import dozo.repository.storage.RepositoryLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of overlays, each a directory of that name.
 *
 * <p>Safe for use by many threads and processes.
 */
public final class OverlayStore {
  static final String MAP = ".map";
  static final String DATA = ".data";
  static final String LOCK = "lock";

  private static final Logger log = LoggerFactory.getLogger(OverlayStore.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  /** What is being made or thrown away; anything of that name is rubbish after a crash. */
  private static final String UNNAMED = ".unnamed-";

  private final Path root;
  private final OverlayFiles files;
  private final Clock clock;

  OverlayStore(Path root, OverlayFiles files, Clock clock) {
    this.root = root;
    this.files = files;
    this.clock = clock;
  }

  /** Opens a directory of overlays, and makes it, for its owner alone, if it is not there. */
  public static OverlayStore open(Path root) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    Files.createDirectories(
        absolute,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new OverlayStore(absolute, new LocalOverlayFiles(), Clock.systemUTC());
  }

  /** Where the overlays are. */
  public Path root() {
    return root;
  }

  /** Makes a name of a text that may be none. */
  public static String nameOf(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]", "_");
    return safe.isEmpty() ? "_" : safe.substring(0, Math.min(80, safe.length()));
  }

  private Path directory(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "An overlay's name has up to 100 letters, digits, dots, dashes and underscores, not: "
              + name);
    }
    return root.resolve(name);
  }

  /** Whether there is an overlay of that name. */
  public boolean exists(String name) {
    return Files.exists(directory(name));
  }

  /**
   * Lists the overlays that can be read, by name. One that cannot is named in the log.
   *
   * @throws IOException if the directory cannot be read
   */
  public List<OverlaySummary> list() throws IOException {
    List<OverlaySummary> all = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root)) {
      for (Path directory : directories) {
        String name = String.valueOf(directory.getFileName());
        if (NAME.matcher(name).matches() && Files.isDirectory(directory)) {
          try {
            all.add(summary(name));
          } catch (DozoException e) {
            log.warn("an overlay cannot be read name={}", name, e);
          }
        }
      }
    }
    all.sort(Comparator.comparing(OverlaySummary::name));
    return all;
  }

  /**
   * Tells what an overlay says of itself.
   *
   * @throws NotFoundException if there is none of that name
   */
  public OverlaySummary summary(String name) throws IOException {
    Path directory = directory(name);
    if (!Files.isDirectory(directory)) {
      throw new NotFoundException(
          Fault.of("There is no overlay " + name)
              .file(root)
              .cure("'dozo overlay list' shows which there are"));
    }
    List<OverlayHeader> headers = new ArrayList<>();
    try (DirectoryStream<Path> maps = Files.newDirectoryStream(directory, "*" + MAP)) {
      for (Path map : maps) {
        try (BlockFile file = files.open(map)) {
          headers.add(OverlayHeader.read(file, map));
        }
      }
    }
    if (headers.isEmpty()) {
      throw OverlayFormat.corrupt("An overlay has no map", directory, 0, "a map", "none");
    }
    headers.sort(Comparator.comparing(OverlayHeader::disk));
    OverlayHeader first = headers.getFirst();
    for (OverlayHeader header : headers) {
      if (!header.overlay().equals(first.overlay()) || !header.point().equals(first.point())) {
        throw OverlayFormat.corrupt(
            "Two disks in a directory are of different overlays",
            directory,
            0,
            first.overlay(),
            header.overlay());
      }
    }
    return new OverlaySummary(
        name,
        directory,
        first.overlay(),
        first.point(),
        first.vm(),
        first.created(),
        headers.stream().map(OverlayDisk::of).toList());
  }

  /**
   * Makes an overlay to which nothing was written yet. When this returns it is on stable storage.
   *
   * @throws FileAlreadyExistsException if there is one of that name
   */
  public void create(String name, RestorePointId point, String vm, List<OverlayDisk> disks)
      throws IOException {
    Path target = directory(name);
    UUID id = UUID.randomUUID();
    Path unnamed = Files.createDirectory(root.resolve(UNNAMED + id));
    try (RepositoryLock _ = RepositoryLock.exclusive(unnamed.resolve(LOCK))) {
      for (OverlayDisk disk : disks) {
        create(unnamed, disk, header(id, point, vm, disk));
      }
      files.syncDirectory(unnamed);
      if (Files.exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      files.rename(unnamed, target);
      files.syncDirectory(root);
    } catch (IOException | RuntimeException e) {
      deleteUnnamed(unnamed, e);
      throw e;
    }
  }

  private OverlayHeader header(UUID id, RestorePointId point, String vm, OverlayDisk disk) {
    return new OverlayHeader(
        id,
        point,
        disk.face(),
        disk.imageBytes(),
        disk.imageId(),
        disk.identity(),
        disk.imageBlockBytes(),
        0,
        Instant.now(clock),
        disk.name(),
        vm);
  }

  private void create(Path directory, OverlayDisk disk, OverlayHeader header) throws IOException {
    OverlayHeader.decode(header.encode(), directory);
    try (MapJournal map = MapJournal.create(files, directory.resolve(disk.name() + MAP), header);
        BlockFile data = files.create(directory.resolve(disk.name() + DATA))) {
      map.append(disk.imageBytes(), disk.imageBytes(), List.of());
      data.sync();
    }
  }

  /**
   * Opens an overlay, for this process alone.
   *
   * @param limitBytes how much data it may hold
   * @throws NotFoundException if there is none of that name
   * @throws RepositoryLockedException if another process has it open
   */
  public Overlay open(String name, long limitBytes) throws IOException {
    OverlaySummary summary = summary(name);
    RepositoryLock lock = lock(name, summary.directory());
    try {
      return new Overlay(summary, files, lock, new SpaceLimit(limitBytes));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** How much data an overlay holds, as of its last sync, whether or not it is open. */
  public long storedBytes(OverlaySummary summary) throws IOException {
    long blocks = 0;
    for (OverlayDisk disk : summary.disks()) {
      BlockStates states = new BlockStates();
      MapJournal.peek(
          files,
          summary.directory().resolve(disk.name() + MAP),
          record -> record.entries().forEach(states::set));
      for (MapEntry run : states.written()) {
        blocks += run.state() == BlockState.DATA ? run.count() : 0;
      }
    }
    return blocks * OverlayFormat.BLOCK_BYTES;
  }

  /** Whether a process has an overlay open. */
  public boolean isInUse(OverlaySummary summary) throws IOException {
    try {
      lock(summary.name(), summary.directory()).close();
      return false;
    } catch (RepositoryLockedException e) {
      return true;
    }
  }

  private static RepositoryLock lock(String name, Path directory) throws IOException {
    try {
      return RepositoryLock.exclusive(directory.resolve(LOCK));
    } catch (RepositoryLockedException e) {
      throw new RepositoryLockedException(
          Fault.of(e.fault().what().replace("The repository", "The overlay " + name))
              .file(directory)
              .cure("unmount it first ('dozo mounts' shows where), or give --overlay another name"),
          e);
    }
  }

  /**
   * Throws an overlay away with all that was written to it.
   *
   * @throws NotFoundException if there is none of that name
   * @throws RepositoryLockedException if a process has it open
   */
  public void discard(String name) throws IOException {
    Path directory = directory(name);
    if (!Files.isDirectory(directory)) {
      summary(name);
    }
    Path unnamed = root.resolve(UNNAMED + UUID.randomUUID());
    try (RepositoryLock _ = lock(name, directory)) {
      files.rename(directory, unnamed);
      files.syncDirectory(root);
      deleteTree(unnamed);
    }
  }

  /** Deletes what crashes left half made or half thrown away, and nobody is at work on. */
  public void deleteRubbish() throws IOException {
    try (DirectoryStream<Path> rubbish = Files.newDirectoryStream(root, UNNAMED + "*")) {
      for (Path directory : rubbish) {
        Path lock = directory.resolve(LOCK);
        if (!Files.exists(lock)) {
          continue;
        }
        try (RepositoryLock _ = RepositoryLock.exclusive(lock)) {
          deleteTree(directory);
        } catch (RepositoryLockedException e) {
          log.debug("another process is at work directory={}", directory);
        }
      }
    }
  }

  private static void deleteUnnamed(Path directory, Exception cause) {
    try {
      if (Files.exists(directory)) {
        deleteTree(directory);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        Files.delete(child);
      }
    }
    Files.delete(directory);
  }
}
