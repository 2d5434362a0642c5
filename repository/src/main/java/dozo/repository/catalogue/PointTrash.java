package dozo.repository.catalogue;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.key.KeyRing;
import dozo.format.manifest.ManifestCodec;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.SmallFiles;
import dozo.repository.storage.TrashName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restore points in the trash, and the way there and back. As long as a manifest is here, it
 * keeps what its restore point needs, as if it had not been forgotten.
 *
 * <p>A manifest goes from one directory to the other as a copy that is published before the
 * original is deleted, so that at every instant a whole one is on stable storage. Safe for use by
 * several threads, one at a time.
 */
public final class PointTrash {

  private static final Logger log = LoggerFactory.getLogger(PointTrash.class);

  private final FileLayer files;
  private final FilePublisher publisher;
  private final Path manifests;
  private final Path trash;
  private final Supplier<KeyRing> keys;
  private final Catalogue catalogue;

  /** Moves manifests between two directories, and tells the catalogue. */
  public PointTrash(
      FileLayer files,
      FilePublisher publisher,
      Path manifests,
      Path trash,
      Supplier<KeyRing> keys,
      Catalogue catalogue) {
    this.files = files;
    this.publisher = publisher;
    this.manifests = manifests;
    this.trash = trash;
    this.keys = keys;
    this.catalogue = catalogue;
  }

  private record TrashFile(TrashName name, Path path) {

    TrashedPoint point() {
      return new TrashedPoint(new RestorePointId(name.id()), name.retired());
    }
  }

  /**
   * Forgets a restore point. When this returns it can be found in the trash only, and that is on
   * stable storage.
   *
   * @throws IOException if that cannot be done; the restore point is then where the files say
   */
  public synchronized void retire(RestorePointId id, Instant at) throws IOException {
    Path manifest = manifests.resolve(id + Catalogue.SUFFIX);
    byte[] contents = SmallFiles.read(files, manifest, ManifestCodec.MAXIMUM_FILE_BYTES);
    String name = new TrashName(at, id.uuid(), Catalogue.SUFFIX).toString();
    publisher.publish(trash.resolve(name), contents);
    publisher.change(
        manifests,
        () -> {
          files.delete(manifest);
          catalogue.remove(id);
          return true;
        });
    log.info("Restore point forgotten restorePoint={}", id);
  }

  /** What is in the trash, what was forgotten last coming first. */
  public synchronized List<TrashedPoint> list() throws IOException {
    return trashFiles().stream()
        .map(TrashFile::point)
        .sorted(Comparator.comparing(TrashedPoint::retired).reversed())
        .toList();
  }

  /**
   * Brings a restore point back.
   *
   * @throws NotFoundException if it is not in the trash
   * @throws IOException if it cannot be brought back; it then stays where it is
   */
  public synchronized RestorePoint restore(RestorePointId id) throws IOException {
    List<TrashFile> copies =
        trashFiles().stream().filter(file -> file.name.id().equals(id.uuid())).toList();
    if (copies.isEmpty()) {
      throw new NotFoundException(
          Fault.of("The restore point is not in the trash").in("restore point " + id));
    }
    byte[] contents =
        SmallFiles.read(files, copies.getFirst().path, ManifestCodec.MAXIMUM_FILE_BYTES);
    RestorePoint point = ManifestCodec.decode(contents, id, keys.get()).restorePoint();
    publisher.publish(manifests.resolve(id + Catalogue.SUFFIX), contents);
    catalogue.enter(point);
    delete(copies);
    log.info("Restore point brought back restorePoint={}", id);
    return point;
  }

  /**
   * Deletes what was forgotten until an instant, for good. When this returns, none of it comes back
   * even after a power cut.
   */
  public synchronized List<TrashedPoint> purge(Instant until) throws IOException {
    List<TrashFile> old =
        trashFiles().stream().filter(file -> !file.name.retired().isAfter(until)).toList();
    delete(old);
    old.forEach(file -> log.info("Restore point purged restorePoint={}", file.name.id()));
    return old.stream().map(TrashFile::point).toList();
  }

  /**
   * Every restore point whose manifest is in one of the two directories, whether the catalogue
   * knows it or not: a manifest that could not be made durable may still be there, and count after
   * the next start.
   *
   * @throws IOException naming a manifest that cannot be read, since what it needs is unknown
   */
  public List<RestorePoint> roots() throws IOException {
    return roots(point -> false);
  }

  /**
   * What {@link #roots()} would be after a purge. Nothing may be given back by this: what was
   * forgotten in the meantime may have any time.
   */
  public List<RestorePoint> rootsAfterPurge(Instant until) throws IOException {
    return roots(point -> !point.retired().isAfter(until));
  }

  private synchronized List<RestorePoint> roots(Predicate<TrashedPoint> isLeftOut)
      throws IOException {
    Map<RestorePointId, RestorePoint> roots = new TreeMap<>();
    catalogue.all().forEach(point -> roots.put(point.id(), point));
    for (FileLayer.Entry entry : files.list(manifests)) {
      if (entry.name().endsWith(Catalogue.SUFFIX) && !isKnown(entry, roots)) {
        RestorePoint point = read(entry);
        roots.put(point.id(), point);
      }
    }
    for (TrashFile file : trashFiles()) {
      RestorePointId id = new RestorePointId(file.name.id());
      if (!roots.containsKey(id) && !isLeftOut.test(file.point())) {
        roots.put(id, read(file, id));
      }
    }
    return List.copyOf(roots.values());
  }

  private static boolean isKnown(FileLayer.Entry entry, Map<RestorePointId, RestorePoint> roots) {
    String name = entry.name();
    try {
      return roots.containsKey(
          RestorePointId.parse(name.substring(0, name.length() - Catalogue.SUFFIX.length())));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private RestorePoint read(FileLayer.Entry entry) throws IOException {
    try {
      return Catalogue.read(files, entry, keys.get());
    } catch (IOException e) {
      throw unknown(entry.path(), e);
    }
  }

  private RestorePoint read(TrashFile file, RestorePointId id) throws IOException {
    try {
      byte[] contents = SmallFiles.read(files, file.path, ManifestCodec.MAXIMUM_FILE_BYTES);
      return ManifestCodec.decode(contents, id, keys.get()).restorePoint();
    } catch (IOException e) {
      throw unknown(file.path, e);
    }
  }

  private static IOException unknown(Path manifest, IOException cause) {
    Fault fault =
        Fault.of("A manifest cannot be read, so that nobody knows what its restore point needs")
            .file(manifest)
            .cure("put the file back from a copy, or move it out of the repository to give it up");
    return new CorruptDataException(fault, cause);
  }

  private List<TrashFile> trashFiles() throws IOException {
    List<TrashFile> found = new ArrayList<>();
    for (FileLayer.Entry entry : files.list(trash)) {
      Optional<TrashName> name = TrashName.parse(entry.name(), Catalogue.SUFFIX);
      if (name.isPresent() && name.get().id().version() == 7) {
        found.add(new TrashFile(name.get(), entry.path()));
      }
    }
    return found;
  }

  private void delete(List<TrashFile> copies) throws IOException {
    if (copies.isEmpty()) {
      return;
    }
    publisher.change(
        trash,
        () -> {
          for (TrashFile copy : copies) {
            files.delete(copy.path);
          }
          return true;
        });
  }
}
