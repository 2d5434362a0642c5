package dozo.repository.catalogue;

import dozo.format.NoSpaceException;
import dozo.format.key.KeyRing;
import dozo.format.manifest.ManifestCodec;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.RestorePointIds;
import dozo.format.manifest.VmRef;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.SmallFiles;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All restore points, by id and so in the order in which they were made.
 *
 * <p>When a manifest cannot be made durable, no other one is tried: what a disk did with it is
 * unknown, and so is what it would do with the next. Only a full disk is no reason to stop. Safe
 * for use by several threads.
 */
public final class Catalogue {

  private static final Logger log = LoggerFactory.getLogger(Catalogue.class);
  static final String SUFFIX = ".manifest";

  private final FilePublisher publisher;
  private final Path directory;
  private final Supplier<KeyRing> keys;
  private final RestorePointIds ids;
  private final SecureRandom random;
  private final CommitJournal journal;
  private final ConcurrentSkipListMap<RestorePointId, RestorePoint> points;
  private final SortedMap<String, IOException> damaged;

  /** Why no manifest can be published any more, if that is so. */
  private volatile @Nullable IOException failure;

  private Catalogue(
      FilePublisher publisher,
      Path directory,
      Supplier<KeyRing> keys,
      RestorePointIds ids,
      SecureRandom random,
      CommitJournal journal,
      ConcurrentSkipListMap<RestorePointId, RestorePoint> points,
      SortedMap<String, IOException> damaged) {
    this.publisher = publisher;
    this.directory = directory;
    this.keys = keys;
    this.ids = ids;
    this.random = random;
    this.journal = journal;
    this.points = points;
    this.damaged = damaged;
  }

  /**
   * Reads all manifests in a directory, in parallel. One that is damaged keeps none of the others
   * from being read. What the journal says does not count is left out.
   */
  public static Catalogue load(
      FileLayer files,
      FilePublisher publisher,
      Path directory,
      Supplier<KeyRing> keys,
      RestorePointIds ids,
      SecureRandom random,
      CommitJournal journal,
      WorkPool pool)
      throws IOException {
    ConcurrentSkipListMap<RestorePointId, RestorePoint> points = new ConcurrentSkipListMap<>();
    SortedMap<String, IOException> damaged = Collections.synchronizedSortedMap(new TreeMap<>());
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (FileLayer.Entry entry : files.list(directory)) {
      tasks.add(() -> {
        try {
          RestorePoint point = read(files, entry, keys.get());
          points.put(point.id(), point);
        } catch (IOException e) {
          log.error("A manifest cannot be read path={}", entry.path(), e);
          damaged.put(entry.name(), e);
        }
      });
    }
    pool.runAll(tasks);
    for (RestorePointId pending : journal.pending()) {
      points.remove(pending);
      damaged.remove(pending + SUFFIX);
    }
    if (!points.isEmpty()) {
      ids.follow(points.lastKey());
    }
    return new Catalogue(publisher, directory, keys, ids, random, journal, points, damaged);
  }

  /** Reads a manifest, whose name must tell its id. */
  static RestorePoint read(FileLayer files, FileLayer.Entry entry, KeyRing ring)
      throws IOException {
    String name = entry.name();
    RestorePointId id;
    try {
      id = RestorePointId.parse(name.substring(0, Math.max(0, name.length() - SUFFIX.length())));
    } catch (IllegalArgumentException e) {
      throw new IOException("No restore point is named so: " + entry.path(), e);
    }
    if (!name.equals(id + SUFFIX)) {
      throw new IOException("No manifest is named so: " + entry.path());
    }
    byte[] file = SmallFiles.read(files, entry.path(), ManifestCodec.MAXIMUM_FILE_BYTES);
    return ManifestCodec.decode(file, id, ring).restorePoint();
  }

  /**
   * Makes a restore point: the commit. When this returns it is on stable storage.
   *
   * @param draft describes the restore point that has the id it is given
   * @throws IOException if the manifest cannot be made durable; whether it is then there is known
   *     only at the next start, and until then it is not; or if an earlier one could not
   */
  public Published publish(Function<RestorePointId, RestorePoint> draft) throws IOException {
    Published published = encode(draft);
    requireWorking();
    try {
      publisher.publishNew(path(published.restorePoint.id()), published.manifest);
    } catch (NoSpaceException e) {
      throw e;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    enter(published.restorePoint);
    return published;
  }

  /**
   * Makes several restore points in one commit. When this returns they are on stable storage.
   *
   * @param drafts describe the restore points that have the ids they are given
   * @throws IOException as {@link #publish}, for all of them: at the next start either all are
   *     there or none
   */
  public List<Published> publishTogether(List<Function<RestorePointId, RestorePoint>> drafts)
      throws IOException {
    List<Published> all = drafts.stream().map(this::encode).toList();
    requireWorking();
    try {
      journal.commit(
          all.stream().map(it -> it.restorePoint.id()).toList(),
          () -> {
            for (Published each : all) {
              publisher.publishNew(path(each.restorePoint.id()), each.manifest);
            }
          });
    } catch (NoSpaceException e) {
      throw e;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    all.forEach(it -> enter(it.restorePoint));
    return all;
  }

  private Published encode(Function<RestorePointId, RestorePoint> draft) {
    RestorePoint point = draft.apply(ids.next());
    return new Published(point, ManifestCodec.encode(point, keys.get(), random));
  }

  private void requireWorking() throws IOException {
    IOException earlier = failure;
    if (earlier != null) {
      throw new IOException(
          "No restore point can be made since one could not be written; the repository has to be"
              + " opened again",
          earlier);
    }
  }

  private Path path(RestorePointId id) {
    return directory.resolve(id + SUFFIX);
  }

  /** Enters a restore point whose manifest stands under its name. */
  void enter(RestorePoint point) {
    points.put(point.id(), point);
  }

  /** Forgets a restore point whose manifest does not stand under its name any more. */
  void remove(RestorePointId id) {
    points.remove(id);
  }

  /** Why no restore point can be made any more, if that is so. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /** All restore points in the order of their ids. */
  public List<RestorePoint> all() {
    return List.copyOf(points.values());
  }

  /** The restore point of that id. */
  public Optional<RestorePoint> find(RestorePointId id) {
    return Optional.ofNullable(points.get(id));
  }

  /** The newest restore point of a VM. */
  public Optional<RestorePoint> latest(VmRef vm) {
    return points.descendingMap().values().stream()
        .filter(point -> point.vm().isSameVm(vm))
        .findFirst();
  }

  /** The files among the manifests that could not be read when the repository was opened. */
  public Map<String, IOException> damaged() {
    return Collections.unmodifiableMap(damaged);
  }

  /** A restore point that was just published, with its manifest file. */
  public static final class Published {

    private final RestorePoint restorePoint;
    private final byte[] manifest;

    private Published(RestorePoint restorePoint, byte[] manifest) {
      this.restorePoint = restorePoint;
      this.manifest = manifest;
    }

    /** The restore point. */
    public RestorePoint restorePoint() {
      return restorePoint;
    }

    /** All bytes of its manifest file, as a copy. */
    public byte[] manifest() {
      return manifest.clone();
    }
  }
}
