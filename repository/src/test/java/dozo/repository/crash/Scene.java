package dozo.repository.crash;

import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeySlot;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.TestRepository;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitGroup;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.storage.FileLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A repository on a {@link Machine}, what a workload does with it, and what it was promised. Every
 * restore point carries the hashes of its disks as attributes, so that also one that was never
 * acknowledged can be told to be whole.
 *
 * <p>For one thread at a time.
 */
final class Scene implements AutoCloseable {

  /** Packs, segments and chunks of the smallest size, so that little data makes many. */
  static final RepositoryParameters PARAMETERS =
      new RepositoryParameters(
          ChunkerParameters.of(Algorithm.FASTCDC2020, 4 << 10), 16 << 10, 64 << 10);

  /** The attribute that tells how many restore points a group has. */
  static final String GROUP_SIZE = "members";

  private static final int VMS = 3;

  private final Path root;
  private final Random random;
  private final Machine machine;
  private final Promises promises;
  private final IndexCopies indexCopies = new IndexCopies();
  private final List<byte[]> contents = new ArrayList<>();
  private final Map<String, byte[]> configurations = new LinkedHashMap<>();
  private Machine.Files files;
  private @Nullable Repository repository;

  /** Makes a repository on a new disk, and opens it. */
  Scene(Path root, long seed) throws IOException {
    this.root = root;
    this.random = new Random(seed);
    this.machine = new Machine(root, new SimulatedDisk());
    this.files = machine.start();
    this.promises = new Promises();
    promises.begin("repository", "made", 0);
    promises.begin(Secrets.name(0), "0", 0);
    create(root, files);
    promises.done("repository", "made", machine.position());
    promises.done(Secrets.name(0), "0", machine.position());
    repository = openRepository();
  }

  /** Goes on where another scene is, which stays as it is; the repository is not opened yet. */
  Scene(Scene before, long seed) throws IOException {
    this.root = before.root;
    this.random = new Random(seed);
    this.machine = new Machine(root, before.machine.disk());
    this.files = machine.start();
    this.promises = before.promises.at(before.machine.position());
    contents.addAll(before.contents);
    configurations.putAll(before.configurations);
    indexCopies.put(root, 0, random);
  }

  static void create(Path root, FileLayer files) throws IOException {
    try (SlotSecret secret = Secrets.secret(0)) {
      Repository.create(root, PARAMETERS, secret, Argon2Cost.DEFAULT, "crash", options(files));
    }
  }

  static Repository open(Path root, FileLayer files, int secretNumber) throws IOException {
    try (SlotSecret secret = Secrets.secret(secretNumber)) {
      return Repository.open(root, secret, options(files));
    }
  }

  static RepositoryOptions options(FileLayer files) {
    return TestRepository.options().withMemoryBytes(32 << 20).withFiles(files);
  }

  Path root() {
    return root;
  }

  Random random() {
    return random;
  }

  Machine machine() {
    return machine;
  }

  Promises promises() {
    return promises;
  }

  IndexCopies indexCopies() {
    return indexCopies;
  }

  Machine.Files files() {
    return files;
  }

  Repository repository() {
    if (repository == null) {
      throw new IllegalStateException("The repository is not open");
    }
    return repository;
  }

  /** Opens the repository as this process's first. */
  void open() throws IOException {
    repository = openRepository();
  }

  List<byte[]> contents() {
    return contents;
  }

  /** Begins something, does it, and notes that it is done. */
  void promise(String what, String value, Change change) throws IOException {
    promises.begin(what, value, machine.position());
    change.make();
    promises.done(what, value, machine.position());
  }

  /** Something that is promised when it returns. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  /** A disk that shares some of its data with those that came before. */
  byte[] content() {
    byte[] content = TestRepository.disk(random, (4 + random.nextInt(16)) * 4096);
    if (!contents.isEmpty() && random.nextInt(4) > 0) {
      byte[] old = contents.get(random.nextInt(contents.size()));
      int from = random.nextInt(content.length / 512) * 512;
      System.arraycopy(old, 0, content, from, Math.min(old.length, content.length - from));
    }
    contents.add(content);
    return content;
  }

  /** A request for disks and files of these contents, with their hashes. */
  static SessionRequest requestFor(
      VmRef vm, Map<String, byte[]> disks, Map<String, byte[]> configuration) {
    SessionRequest plain = request(vm, disks, configuration);
    TreeMap<String, String> hashes = new TreeMap<>();
    disks.forEach((name, bytes) -> hashes.put("disk." + name, Hashes.sha256(bytes)));
    configuration.forEach((name, bytes) -> hashes.put("file." + name, Hashes.sha256(bytes)));
    return new SessionRequest(
        plain.vm(), plain.domain(), plain.disks(), plain.files(), plain.consistency(), hashes);
  }

  /** Begins a session of one or two disks, and feeds it. */
  IngestSession feedSession() throws IOException {
    return feedSession(vm(random.nextInt(VMS)), null);
  }

  /** Begins the sessions of a group, and feeds them. */
  List<IngestSession> feedGroup() throws IOException {
    CommitGroup group = new CommitGroup(new UUID(0, random.nextLong()), 2 + random.nextInt(2));
    List<IngestSession> sessions = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      sessions.add(feedSession(vm(i), group));
    }
    return sessions;
  }

  private IngestSession feedSession(VmRef vm, @Nullable CommitGroup group) throws IOException {
    Map<String, byte[]> disks = new LinkedHashMap<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      disks.put("disk" + i, content());
    }
    Map<String, byte[]> configuration = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      byte[] text = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(text);
      configuration.put("config.xml", text);
      configurations.put("config" + configurations.size() + ".xml", text);
    }
    SessionRequest request = requestFor(vm, disks, configuration);
    IngestSession session;
    if (group == null) {
      session = repository().beginSession(request);
    } else {
      request = with(request, GROUP_SIZE, Integer.toString(group.size()));
      session = repository().beginSession(request, group);
    }
    disks.forEach((name, bytes) -> feed(session.stream(name), bytes));
    configuration.forEach((name, bytes) -> feed(session.stream(name), bytes));
    return session;
  }

  private static SessionRequest with(SessionRequest request, String name, String value) {
    TreeMap<String, String> attributes = new TreeMap<>(request.attributes());
    attributes.put(name, value);
    return new SessionRequest(
        request.vm(),
        request.domain(),
        request.disks(),
        request.files(),
        request.consistency(),
        attributes);
  }

  /**
   * Begins a session that keeps most of a restore point's first disk, and feeds it.
   *
   * @param base read for what it holds, as a client would
   */
  IngestSession feedChanges(RestorePoint base) throws IOException {
    byte[] content = readDisk(repository(), base, "disk0");
    int from = 1 + random.nextInt(content.length - 2);
    int to = from + 1 + random.nextInt(content.length - from - 1);
    byte[] changed = new byte[to - from];
    random.nextBytes(changed);
    System.arraycopy(changed, 0, content, from, changed.length);
    contents.add(content);
    SessionRequest full = requestFor(base.vm(), Map.of("disk0", content), Map.of());
    DiskSpec disk = full.disks().getFirst();
    IngestSession session =
        repository()
            .beginSession(
                new SessionRequest(
                    full.vm(),
                    full.domain(),
                    List.of(
                        new DiskSpec(
                            "disk0",
                            disk.geometry(),
                            disk.identity(),
                            Optional.of(new BaseRef(base.id(), "disk0")))),
                    full.files(),
                    full.consistency(),
                    full.attributes()));
    IngestStream stream = session.stream("disk0");
    assertThat(stream.noBase()).isEmpty();
    stream.keep(from, () -> {});
    stream.data(changed, 0, changed.length, () -> {});
    stream.keep(content.length - to, () -> {});
    stream.end();
    return session;
  }

  /** One of the restore points, if there are any. */
  Optional<RestorePoint> anyRestorePoint() {
    List<RestorePoint> points = repository().restorePoints();
    return points.isEmpty()
        ? Optional.empty()
        : Optional.of(points.get(random.nextInt(points.size())));
  }

  /** Backs up again all that was ever backed up, which refers to whatever of it is found. */
  void backUpAgain() throws IOException {
    try (IngestSession session = feedAll(repository())) {
      await(commit(session));
    }
  }

  /** Begins a session of all that was ever backed up, and feeds it. */
  IngestSession feedAll(Repository into) throws IOException {
    Map<String, byte[]> disks = new LinkedHashMap<>();
    for (byte[] content : contents) {
      disks.put("disk" + disks.size(), content);
    }
    IngestSession session = into.beginSession(requestFor(vm(VMS), disks, configurations));
    disks.forEach((name, bytes) -> feed(session.stream(name), bytes));
    configurations.forEach((name, bytes) -> feed(session.stream(name), bytes));
    return session;
  }

  /** Asks for a commit; the promise is noted by the thread that makes it, in the moment. */
  CompletableFuture<CommitReceipt> commit(IngestSession session) {
    return session
        .commit(CommitDetails.AS_BEGUN)
        .thenApply(receipt -> {
          promises.acknowledge(receipt.restorePoint().id(), machine.position());
          return receipt;
        });
  }

  /** Waits for a commit. */
  static CommitReceipt await(CompletableFuture<CommitReceipt> commit) throws IOException {
    try {
      return commit.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("The commit failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("A commit neither succeeds nor fails", e);
    }
  }

  /** Closes the repository in order and opens it again. */
  void reopen() throws IOException {
    repository().close();
    indexCopies.take(root, machine.position());
    repository = openRepository();
  }

  /**
   * Opens what a killed process has left, in a new process, and relies on what that shows. The
   * index is one of earlier.
   */
  void reopenAfterKill() throws IOException {
    reopenAfterError();
    relyOnWhatIsSeen();
  }

  /** Opens what a process has left that had a write fail, in a new process. */
  void reopenAfterError() throws IOException {
    machine.kill();
    giveUp();
    files = machine.start();
    repository = openRepository();
  }

  /** Whoever looks now may act on what he sees, so from now on it is promised. */
  private void relyOnWhatIsSeen() throws IOException {
    int position = machine.position();
    Map<String, String> seen = new HashMap<>();
    for (StateEntry entry : repository().state().list("crash")) {
      seen.put(Promises.STATE + entry.id(), entry.content().path("value").stringValue());
    }
    for (KeySlot slot : repository().keys().slots()) {
      Secrets.ofLabel(slot.label())
          .ifPresent(number -> seen.put(Secrets.name(number), Integer.toString(number)));
    }
    Set<String> trashed =
        repository().pruner().trashed().stream()
            .map(point -> Promises.TRASHED + point.id())
            .collect(Collectors.toSet());
    trashed.forEach(name -> seen.put(name, Promises.THERE));
    promises.names(Promises.TRASHED).forEach(name -> seen.putIfAbsent(name, Promises.NONE));
    for (String name : promises.names(Promises.RESTORE_POINT)) {
      if (trashed.contains(name.replace(Promises.RESTORE_POINT, Promises.TRASHED))) {
        seen.put(name, Promises.GONE);
      }
    }
    repository()
        .restorePoints()
        .forEach(point -> seen.put(Promises.RESTORE_POINT + point.id(), Promises.THERE));
    promises.names(Promises.STATE).forEach(name -> seen.putIfAbsent(name, Promises.NONE));
    promises.names(Secrets.NAME).stream()
        .filter(name -> Secrets.number(name) != 0)
        .forEach(name -> seen.putIfAbsent(name, Promises.NONE));
    seen.forEach((what, value) -> promises.done(what, value, position));
  }

  /** Opens what a power cut may have left. */
  void reopenAfterPowerCut() throws IOException {
    machine.cutPower(random.nextLong());
    giveUp();
    files = machine.start();
    repository = openRepository();
  }

  private void giveUp() throws IOException {
    try {
      if (repository != null) {
        repository.close();
      }
    } catch (IOException e) {
      // Its process is dead: what it still tried has changed nothing.
    }
    indexCopies.take(root, machine.position());
    indexCopies.put(root, machine.position(), random);
  }

  private Repository openRepository() throws IOException {
    Repository opened = open(root, files, 0);
    indexCopies.take(root, machine.position());
    return opened;
  }

  @Override
  public void close() throws IOException {
    if (repository != null) {
      repository.close();
    }
    indexCopies.take(root, machine.position());
  }
}
