package dozo.repository.crash;

import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readAll;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkId;
import dozo.format.RepositoryNotFoundException;
import dozo.format.WrongKeyException;
import dozo.format.disk.ChunkSource;
import dozo.format.key.KeyRing;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.format.pack.PackDirectory;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.index.ChunkIndex;
import dozo.repository.index.IndexLoader;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.sweep.SweepFixture;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens what a power cut, or another misfortune, has left of a repository, and judges it. */
final class Recovery {

  private final Path root;
  private final Promises promises;
  private final int position;
  private final Random random;

  /**
   * Will judge a disk.
   *
   * @param root where it is seen; the real directory there holds the lock and the index only
   * @param position the place of the journal whose promises hold
   */
  Recovery(Path root, Promises promises, int position, Random random) {
    this.root = root;
    this.promises = promises;
    this.position = position;
    this.random = random;
  }

  /** Fails if a promise is broken. */
  void check(SimulatedDisk disk) throws IOException {
    Machine machine = new Machine(root, disk);
    Machine.Files files = machine.start();
    if (!promises.allowed("repository", position).contains(Promises.NONE)) {
      checkRepository(files);
      return;
    }
    try {
      checkRepository(files);
    } catch (RepositoryNotFoundException e) {
      Scene.create(root, files);
      checkRepository(files);
    }
  }

  private void checkRepository(Machine.Files files) throws IOException {
    KeyRing ring;
    UUID id;
    try (Repository repository = Scene.open(root, files, anySecret())) {
      ring = repository.keys().ring();
      id = repository.identity().id();
      checkCatalogue(repository);
      checkGroups(repository);
      for (RestorePoint point : repository.restorePoints()) {
        checkWhole(repository, point);
      }
      checkState(repository);
      checkTrash(repository);
      assertThat(files.list(root.resolve("tmp"))).as("what is left in tmp/").isEmpty();
      assertThat(repository.statistics().unreadablePacks()).as("unreadable packs").isZero();
      checkWhole(repository, backUp(repository));
      if (random.nextInt(4) == 0) {
        SweepFixture.requireNoLeak(repository);
        for (RestorePoint point : repository.restorePoints()) {
          checkWhole(repository, point);
        }
      }
    }
    checkSecrets(files, id);
    if (random.nextInt(4) == 0) {
      checkIndex(files, id, ring);
    }
  }

  private int anySecret() {
    List<Integer> opening = new ArrayList<>(List.of(0));
    for (String name : promises.names(Secrets.NAME)) {
      if (!promises.allowed(name, position).contains(Promises.NONE)) {
        opening.add(Secrets.number(name));
      }
    }
    return opening.get(random.nextInt(opening.size()));
  }

  private void checkCatalogue(Repository repository) {
    assertThat(repository.damagedManifests()).as("damaged manifests").isEmpty();
    Set<String> listed =
        repository.restorePoints().stream()
            .map(point -> point.id().toString())
            .collect(Collectors.toSet());
    assertThat(listed).as("listed").containsAll(promises.acknowledged(position));
    assertThat(promises.forgotten(position)).as("forgotten").noneMatch(listed::contains);
  }

  /** Of a group there is all or nothing, unless something of it was forgotten. */
  private void checkGroups(Repository repository) throws IOException {
    Map<String, List<RestorePoint>> groups =
        repository.restorePoints().stream()
            .filter(point -> point.attributes().containsKey("group"))
            .collect(Collectors.groupingBy(point -> point.attributes().get("group")));
    groups.forEach((group, points) -> {
      if (promises.allowed(Promises.UNGROUPED + group, position).equals(Set.of(Promises.NONE))) {
        assertThat(points)
            .as("group %s", group)
            .hasSize(Integer.parseInt(points.getFirst().attributes().get(Scene.GROUP_SIZE)));
      }
    });
    assertThat(repository.state().ids("commit")).as("commits that are under way").isEmpty();
  }

  /** Fails if a restore point does not read back as what its hashes say. */
  static void checkWhole(Repository repository, RestorePoint point) throws IOException {
    for (var disk : point.disks()) {
      try (ChunkSource source = repository.openDisk(point.id(), disk.name())) {
        assertThat(Hashes.sha256(readAll(source)))
            .as("%s of %s", disk.name(), point.id())
            .isEqualTo(point.attributes().get("disk." + disk.name()));
      }
    }
    for (var file : point.files()) {
      try (ChunkSource source = repository.openFile(point.id(), file.name())) {
        assertThat(Hashes.sha256(readAll(source)))
            .as("%s of %s", file.name(), point.id())
            .isEqualTo(point.attributes().get("file." + file.name()));
      }
    }
  }

  private void checkState(Repository repository) throws IOException {
    Map<UUID, String> values = new LinkedHashMap<>();
    for (StateEntry entry : repository.state().list("crash")) {
      values.put(entry.id(), entry.content().path("value").stringValue());
    }
    for (String name : promises.names(Promises.STATE)) {
      UUID entry = UUID.fromString(name.substring(Promises.STATE.length()));
      assertThat(values.getOrDefault(entry, Promises.NONE))
          .as(name)
          .isIn(promises.allowed(name, position));
    }
  }

  /** What is in the trash can be brought back; what was purged cannot come back. */
  private void checkTrash(Repository repository) throws IOException {
    Set<RestorePointId> trashed =
        repository.pruner().trashed().stream().map(TrashedPoint::id).collect(Collectors.toSet());
    Set<String> kept =
        Stream.concat(trashed.stream(), repository.restorePoints().stream().map(RestorePoint::id))
            .map(RestorePointId::toString)
            .collect(Collectors.toSet());
    assertThat(kept).as("here or in the trash").containsAll(promises.kept(position));
    for (String name : promises.names(Promises.TRASHED)) {
      Set<String> allowed = promises.allowed(name, position);
      RestorePointId id = RestorePointId.parse(name.substring(Promises.TRASHED.length()));
      assertThat(trashed.contains(id) ? Promises.THERE : Promises.NONE).as(name).isIn(allowed);
    }
    for (RestorePointId id : trashed) {
      checkWhole(repository, repository.pruner().undelete(id));
    }
  }

  /** A backup of new data and of data that may be there. */
  private RestorePoint backUp(Repository repository) throws IOException {
    byte[] content = disk(random, 32 << 10);
    List<RestorePoint> before = repository.restorePoints();
    if (!before.isEmpty()) {
      RestorePoint shared = before.get(random.nextInt(before.size()));
      byte[] old = TestRepository.readDisk(repository, shared, "disk0");
      System.arraycopy(old, 0, content, 0, Math.min(old.length, content.length / 2));
    }
    SessionRequest request = Scene.requestFor(vm(9), Map.of("disk0", content), Map.of());
    try (IngestSession session = repository.beginSession(request)) {
      feed(session.stream("disk0"), content);
      return TestRepository.commit(session).restorePoint();
    }
  }

  private void checkSecrets(FileLayer files, UUID repositoryId) throws IOException {
    for (String name : promises.names(Secrets.NAME)) {
      Set<String> allowed = promises.allowed(name, position);
      if (!allowed.contains(Promises.NONE)) {
        openKeys(files, repositoryId, Secrets.number(name)).close();
      } else if (allowed.size() == 1) {
        assertThatThrownBy(() -> openKeys(files, repositoryId, Secrets.number(name)))
            .as(name)
            .isInstanceOf(WrongKeyException.class);
      }
    }
  }

  private RepositoryKeys openKeys(FileLayer files, UUID repositoryId, int number)
      throws IOException {
    try (SlotSecret secret = Secrets.secret(number)) {
      FilePublisher publisher = new FilePublisher(files, root.resolve("tmp"));
      return RepositoryKeys.open(
          files, publisher, root.resolve("keys"), repositoryId, secret, new SecureRandom());
    }
  }

  /** The index knows every chunk of every pack, and what it says of each is so. */
  private void checkIndex(FileLayer files, UUID repositoryId, KeyRing ring) throws IOException {
    FilePublisher publisher = new FilePublisher(files, root.resolve("tmp"));
    LocalPackStorage storage =
        new LocalPackStorage(files, publisher, root.resolve("packs"), root.resolve("trash"));
    PackLibrary library = new PackLibrary(storage, () -> ring);
    try (WorkPool pool = new WorkPool(1)) {
      IndexLoader.Loaded loaded =
          new IndexLoader(storage, library, pool, false).load(root.resolve("index"), repositoryId);
      try (ChunkIndex index = loaded.index()) {
        Map<Integer, PackDirectory> directories = new TreeMap<>();
        for (PackEntry pack : loaded.packs().entries()) {
          directories.put(pack.number(), library.list(pack.id()).directory());
        }
        assertThat(directories).hasSameSizeAs(storage.list());
        for (PackDirectory directory : directories.values()) {
          checkKnown(index, directory, directories);
        }
      }
    }
  }

  private static void checkKnown(
      ChunkIndex index, PackDirectory directory, Map<Integer, PackDirectory> directories) {
    List<ChunkId> ids = new ArrayList<>();
    for (int chunk = 0; chunk < directory.chunkCount(); chunk++) {
      ids.add(directory.id(chunk));
    }
    List<@Nullable ChunkLocation> found = index.find(ids);
    for (int i = 0; i < ids.size(); i++) {
      ChunkLocation location = found.get(i);
      PackDirectory there = location == null ? null : directories.get(location.pack());
      assertThat(there != null && location != null && holds(there, location, ids.get(i)))
          .as("chunk %s, which the index says to be in %s", ids.get(i), location)
          .isTrue();
    }
  }

  private static boolean holds(PackDirectory directory, ChunkLocation location, ChunkId id) {
    for (int segment = 0; segment < directory.segmentCount(); segment++) {
      if (directory.offset(segment) == location.segmentOffset()) {
        int first = directory.firstChunk(segment);
        for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
          if (directory.id(chunk).equals(id)) {
            return directory.sealedLength(segment) == location.sealedBytes();
          }
        }
      }
    }
    return false;
  }
}
