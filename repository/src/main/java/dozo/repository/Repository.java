package dozo.repository;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeySource;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RepositoryIdentity;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.ingest.CommitGroup;
import dozo.repository.ingest.IngestEngine;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.prune.Pruner;
import dozo.repository.read.DiskChanges;
import dozo.repository.read.MappedDisk;
import dozo.repository.repair.RepairReport;
import dozo.repository.retention.Verification;
import dozo.repository.space.SpaceReport;
import dozo.repository.space.SpaceSurvey;
import dozo.repository.state.StateStore;
import dozo.repository.storage.RepositoryLock;
import dozo.repository.storage.RoomLevel;
import dozo.repository.sweep.Sweeper;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An open repository: the engine, usable without a server.
 *
 * <p>Safe for use by several threads. One process at a time has a repository open for changes; a
 * crash releases it. Closing aborts the sessions that are open, and waits for those that commit.
 */
public final class Repository implements AutoCloseable {

  private final OpenParts parts;

  Repository(OpenParts parts) {
    this.parts = parts;
  }

  /**
   * Makes a repository. The directory is new or empty, or holds what an earlier attempt left behind
   * that was cut off.
   *
   * @param secret what shall open it; stays the caller's to wipe
   * @param cost what a guess at a passphrase shall cost; not used for a key file
   * @param label what the operator calls the secret
   * @throws dozo.format.ForeignDirectoryException if the directory holds anything else, which is
   *     not touched
   */
  public static RepositoryIdentity create(
      Path directory,
      RepositoryParameters parameters,
      SlotSecret secret,
      Argon2Cost cost,
      String label,
      RepositoryOptions options)
      throws IOException {
    return new RepositoryCreation(directory, options).create(parameters, secret, cost, label);
  }

  /**
   * Opens a repository for reading and writing.
   *
   * @param source the secret of one of its slots, or its emergency sheet; stays the caller's to
   *     wipe
   * @throws dozo.format.RepositoryNotFoundException if there is none
   * @throws dozo.format.ForeignDirectoryException if the directory holds something else
   * @throws dozo.format.FormatTooNewException if a newer Dozo made it
   * @throws dozo.format.RepositoryLockedException if another process has it open
   * @throws dozo.format.WrongKeyException if the source does not open it
   */
  public static Repository open(Path directory, KeySource source, RepositoryOptions options)
      throws IOException {
    return RepositoryOpening.forChanges(directory, options).open(source);
  }

  /**
   * Opens a repository for reading only: nothing in the directory is changed, and it may be on a
   * medium that cannot be. Where its index cannot be used, one is made elsewhere for the time. Any
   * number of processes may do this at a time, while none has it open for changes.
   *
   * @throws IOException as {@link #open}
   */
  public static Repository openReadOnly(Path directory, KeySource source, RepositoryOptions options)
      throws IOException {
    return RepositoryOpening.forReading(directory, options).open(source);
  }

  /**
   * Deletes the index of a repository that nobody has open, so that opening it makes the index anew
   * from the packs.
   *
   * @throws dozo.format.RepositoryLockedException if a process has it open
   */
  public static void discardIndex(Path directory) throws IOException {
    RepositoryLayout layout = new RepositoryLayout(directory);
    if (!Files.exists(layout.identity())) {
      return; // Opening it will say what is wrong.
    }
    try (RepositoryLock _ = RepositoryLock.exclusive(layout.lock())) {
      for (String name : List.of("data.mdb", "lock.mdb")) {
        Files.deleteIfExists(layout.index().resolve(name));
      }
    }
  }

  /** Which repository it is. */
  public RepositoryIdentity identity() {
    return parts.file().identity();
  }

  /** What is settled for it. */
  public RepositoryParameters parameters() {
    return parts.file().parameters();
  }

  /** Its keys and their slots. */
  public RepositoryKeys keys() {
    return parts.keys();
  }

  /** What operators have set. */
  public StateStore state() {
    return parts.state();
  }

  /** Whether it was opened for reading only. */
  public boolean isReadOnly() {
    return parts.ingest().isEmpty();
  }

  /**
   * Begins a session, which makes one restore point.
   *
   * @throws IOException if nothing can be stored any more since a write has failed
   * @throws IllegalStateException if the repository is open for reading only, or is being closed
   */
  public IngestSession beginSession(SessionRequest request) throws IOException {
    return parts.ingest().orElseThrow(Repository::readOnly).begin(request, null);
  }

  /**
   * Begins a session that becomes a restore point with the others of a group, or not at all. It can
   * be closed until the last of them has asked for its commit.
   *
   * @throws dozo.repository.ingest.GroupBrokenException if another session of the group has ended
   * @throws IllegalArgumentException if the group has all its members, or that VM
   * @throws IOException if nothing can be stored any more since a write has failed
   * @throws IllegalStateException if the repository is open for reading only, or is being closed
   */
  public IngestSession beginSession(SessionRequest request, CommitGroup group) throws IOException {
    return parts.ingest().orElseThrow(Repository::readOnly).begin(request, group);
  }

  /** The sessions that have not ended. */
  public List<IngestSession> sessions() {
    return parts.ingest().map(IngestEngine::sessions).orElse(List.of());
  }

  /** All restore points, in the order in which they were made. */
  public List<RestorePoint> restorePoints() {
    return parts.catalogue().all();
  }

  /** The restore point of that id. */
  public Optional<RestorePoint> restorePoint(RestorePointId id) {
    return parts.catalogue().find(id);
  }

  /** The newest restore point of a VM. */
  public Optional<RestorePoint> latest(VmRef vm) {
    return parts.catalogue().latest(vm);
  }

  /**
   * What was found when a restore point was verified last. Damage that was met since does not show
   * in it, but in what {@link Pruner#prune} decides.
   */
  public Verification verification(RestorePoint point) {
    return parts.conditions().recorded(point);
  }

  /** The files among the manifests that could not be read, and why. */
  public Map<String, IOException> damagedManifests() {
    return parts.catalogue().damaged();
  }

  /**
   * Opens a disk of a restore point.
   *
   * @throws NotFoundException if there is no such restore point or disk
   */
  public MappedDisk openDisk(RestorePointId id, String disk) throws NotFoundException {
    return leased(
        id,
        (point, release) ->
            parts
                .reader()
                .open(
                    point, point.disk(disk).orElseThrow(() -> missing(id, "disk", disk)), release));
  }

  /**
   * Opens a configuration file of a restore point.
   *
   * @throws NotFoundException if there is no such restore point or file
   */
  public MappedDisk openFile(RestorePointId id, String file) throws NotFoundException {
    return leased(
        id,
        (point, release) ->
            parts
                .reader()
                .open(
                    point,
                    point.file(file).orElseThrow(() -> missing(id, "configuration file", file)),
                    release));
  }

  /**
   * Tells where a disk of one restore point differs from the one of that name in another.
   *
   * @param offset from where on: 0, or what an earlier answer names as the next
   * @param maximum how many ranges at the most
   * @throws NotFoundException if one of the disks is not there
   */
  public DiskChanges changes(
      RestorePointId base, RestorePointId id, String disk, long offset, int maximum)
      throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException("An offset is 0 or more, not " + offset);
    }
    try (MappedDisk one = openDisk(base, disk);
        MappedDisk other = openDisk(id, disk)) {
      return DiskChanges.between(one.map(), other.map(), offset, maximum);
    }
  }

  /** A copy of the key that names the chunks of a dedup domain. */
  public byte[] chunkIdKey(String domain) {
    return parts.keys().ring().domainKeys(domain).chunkIdKey();
  }

  @FunctionalInterface
  private interface Opener {
    MappedDisk open(RestorePoint point, Runnable release) throws NotFoundException;
  }

  /** Opens a part of a restore point, which is not forgotten before that is closed. */
  private MappedDisk leased(RestorePointId id, Opener opener) throws NotFoundException {
    if (!parts.leases().acquire(id)) {
      throw noSuch(id);
    }
    boolean opened = false;
    try {
      RestorePoint point = restorePoint(id).orElseThrow(() -> noSuch(id));
      MappedDisk source = opener.open(point, () -> parts.leases().release(id));
      opened = true;
      return source;
    } finally {
      if (!opened) {
        parts.leases().release(id);
      }
    }
  }

  private static NotFoundException noSuch(RestorePointId id) {
    return new NotFoundException(
        Fault.of("There is no such restore point").in("restore point " + id));
  }

  private static NotFoundException missing(RestorePointId id, String what, String name) {
    return new NotFoundException(
        Fault.of("The restore point has no " + what + " of that name")
            .in("restore point " + id)
            .actual(name));
  }

  /**
   * Verifies restore points. What turns out to be damaged leaves the index at once, so that the
   * next backup stores it again. Runs beside everything else.
   *
   * @param stop ends it soon; what was read by then is in the report
   * @throws IOException if the fault lies not with the repository's data
   */
  public VerifyReport verify(VerifyRequest request, VerifyListener listener, StopSignal stop)
      throws IOException {
    return parts.verifier().verify(request, this::brokenFiles, listener, stop);
  }

  /** Verifies restore points, to the end. */
  public VerifyReport verify(VerifyRequest request, VerifyListener listener) throws IOException {
    return verify(request, listener, new StopSignal());
  }

  /**
   * Repairs damaged packs from their parity, and tells what is lost.
   *
   * @param stop ends it soon
   * @throws IOException if what was repaired cannot be written
   * @throws IllegalStateException if the repository is open for reading only
   */
  public RepairReport repair(VerifyListener listener, StopSignal stop) throws IOException {
    return parts
        .repairer()
        .orElseThrow(Repository::readOnly)
        .repair(VerifyRequest.all(true), this::brokenFiles, listener, stop);
  }

  private List<String> brokenFiles(Set<UUID> told) {
    List<String> broken = new ArrayList<>();
    damagedManifests().forEach((name, e) -> broken.add("manifest " + name + ": " + e.getMessage()));
    Map<UUID, String> packs = new TreeMap<>();
    parts.library().repaired().forEach(id -> packs.put(id, "read with the help of its parity"));
    parts.library().salvaged().forEach((id, e) -> packs.put(id, "salvaged: " + e.getMessage()));
    parts.loaded().unreadable().forEach((id, e) -> packs.put(id, e.getMessage() + ""));
    packs.keySet().removeAll(told);
    packs.forEach((id, what) -> broken.add("pack " + id + ", " + what));
    return broken;
  }

  /** What the repository holds and what it is doing. */
  public RepositoryStatistics statistics() {
    return new RepositoryStatistics(
        parts.loaded().packs().totals(),
        parts.loaded().unreadable().size(),
        parts.library().salvaged().size(),
        parts.library().repaired().size(),
        parts.damaged().size(),
        parts.catalogue().all().size(),
        parts.catalogue().damaged().size(),
        parts.loaded().index().size(),
        parts.loaded().known().sizeBytes(),
        parts.ingest().map(IngestEngine::bufferedBytes).orElse(0L),
        sessions().size(),
        parts.leases().count());
  }

  /** How full the repository's file system is. */
  public RoomLevel room() throws IOException {
    return parts.room().level();
  }

  /**
   * How many bytes are decoded to restore all that a restore point has, by one who asks for 8 MiB
   * at a time. Against what its disks and files hold, that is its restore amplification: chunks
   * come in segments, and of those that an earlier backup filled it may need a part.
   *
   * @throws NotFoundException if it is not there
   * @throws IOException if a map node cannot be read
   */
  public long decodedBytes(RestorePointId id) throws IOException {
    RestorePoint point = restorePoint(id).orElseThrow(() -> noSuch(id));
    long bytes = 0;
    for (DiskEntry disk : point.disks()) {
      try (MappedDisk source = openDisk(id, disk.name())) {
        bytes += source.decodedBytes();
      }
    }
    for (FileEntry file : point.files()) {
      try (MappedDisk source = openFile(id, file.name())) {
        bytes += source.decodedBytes();
      }
    }
    return bytes;
  }

  /**
   * Finds out what deleting restore points would free, which they need alone and which with others.
   *
   * @throws NotFoundException if one of them is not there
   * @throws IOException if a map node cannot be read
   */
  public SpaceReport space(Collection<RestorePointId> going) throws IOException {
    Set<RestorePointId> ids = new LinkedHashSet<>(going);
    List<RestorePoint> gone = new ArrayList<>();
    for (RestorePointId id : ids) {
      gone.add(restorePoint(id).orElseThrow(() -> noSuch(id)));
    }
    List<RestorePoint> staying =
        restorePoints().stream().filter(point -> !ids.contains(point.id())).toList();
    return new SpaceSurvey(parts.reader().fetcher(), gone, staying).run();
  }

  /**
   * Forgets restore points, brings them back, and keeps pins and holds.
   *
   * @throws IllegalStateException if the repository is open for reading only
   */
  public Pruner pruner() {
    return parts.pruner().orElseThrow(Repository::readOnly);
  }

  /**
   * Gives space back.
   *
   * @throws IllegalStateException if the repository is open for reading only
   */
  public Sweeper sweeper() {
    return parts.sweeper().orElseThrow(Repository::readOnly);
  }

  private static IllegalStateException readOnly() {
    return new IllegalStateException("The repository is open for reading only");
  }

  /** Closes the repository. May be called more than once. */
  @Override
  public void close() throws IOException {
    parts.sweeper().ifPresent(Sweeper::close);
    parts.ingest().ifPresent(IngestEngine::drain);
    parts.closing().close();
  }
}
