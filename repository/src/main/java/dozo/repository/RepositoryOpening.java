package dozo.repository;

import dozo.format.Fault;
import dozo.format.ForeignDirectoryException;
import dozo.format.ForeignFileException;
import dozo.format.RepositoryNotFoundException;
import dozo.format.key.KeyRing;
import dozo.format.key.KeySource;
import dozo.format.manifest.RepositoryFile;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointIds;
import dozo.format.seal.GcmWarmUp;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.catalogue.CommitJournal;
import dozo.repository.catalogue.PointTrash;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.index.ChunkLocator;
import dozo.repository.index.IndexLoader;
import dozo.repository.index.IndexWriter;
import dozo.repository.ingest.IngestEngine;
import dozo.repository.ingest.IngestParts;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.RandomIds;
import dozo.repository.prune.Pruner;
import dozo.repository.read.DamageReport;
import dozo.repository.read.IdProver;
import dozo.repository.read.RestorePointReader;
import dozo.repository.repair.Repairer;
import dozo.repository.state.DamageStore;
import dozo.repository.state.Doubt;
import dozo.repository.state.StateStore;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.storage.RepositoryLock;
import dozo.repository.storage.Room;
import dozo.repository.storage.SmallFiles;
import dozo.repository.sweep.SweepParts;
import dozo.repository.sweep.Sweeper;
import dozo.repository.verify.PointConditions;
import dozo.repository.verify.VerifiedPoints;
import dozo.repository.verify.VerifiedTimes;
import dozo.repository.verify.Verifier;
import dozo.repository.verify.VerifyParts;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a repository step by step: what can be told without the key first, so that the error fits
 * the fault; then lock, keys, packs and manifests. What was opened is closed again if a later step
 * fails.
 */
final class RepositoryOpening {

  private static final Logger log = LoggerFactory.getLogger(RepositoryOpening.class);

  /** Whether this process has made its cipher fast. */
  private static final AtomicBoolean WARMED_UP = new AtomicBoolean();

  private final RepositoryLayout layout;
  private final RepositoryOptions options;
  private final boolean readOnly;
  private final FileLayer files;
  private final FilePublisher publisher;
  private final CloseStack closing = new CloseStack();

  /** Whether nobody else can be changing the repository. */
  private boolean isLocked;

  private RepositoryOpening(Path root, RepositoryOptions options, boolean readOnly) {
    this.layout = new RepositoryLayout(root);
    this.options = options;
    this.readOnly = readOnly;
    this.files = options.files();
    this.publisher = new FilePublisher(files, layout.temporary());
  }

  static RepositoryOpening forChanges(Path root, RepositoryOptions options) {
    return new RepositoryOpening(root, options, false);
  }

  static RepositoryOpening forReading(Path root, RepositoryOptions options) {
    return new RepositoryOpening(root, options, true);
  }

  Repository open(KeySource source) throws IOException {
    try {
      return openAll(source);
    } catch (IOException | RuntimeException | Error e) {
      try {
        closing.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Opens keys and state only, whoever else has the repository open. */
  RepositoryState openState(KeySource source) throws IOException {
    RepositoryFile file = readIdentity();
    RepositoryKeys keys = openKeys(file, source);
    return new RepositoryState(
        file.identity(),
        new StateStore(files, publisher, layout.state(), keys::ring, options.random()),
        closing);
  }

  private Repository openAll(KeySource source) throws IOException {
    RepositoryFile file = readIdentity();
    lock();
    RepositoryKeys keys = openKeys(file, source);
    LocalPackStorage storage =
        new LocalPackStorage(files, publisher, layout.packs(), layout.trash());
    if (!readOnly) {
      prepare(keys, storage);
    }
    WorkPool pool = new WorkPool(options.threads());
    try {
      OpenParts parts = assemble(file, keys, storage, pool);
      closing.push(pool);
      log.info(
          "Opened repository={} path={} readOnly={} packs={} restorePoints={}",
          file.identity().id(),
          layout.root(),
          readOnly,
          parts.loaded().packs().totals().packs(),
          parts.catalogue().all().size());
      return new Repository(parts);
    } catch (IOException | RuntimeException | Error e) {
      pool.close();
      throw e;
    }
  }

  private static IdProver prover(RepositoryKeys keys, Catalogue catalogue) {
    KeyRing ring = keys.ring();
    return new IdProver(
        catalogue.all().stream()
            .map(RestorePoint::domain)
            .distinct()
            .map(ring::domainKeys)
            .toList());
  }

  private OpenParts assemble(
      RepositoryFile file, RepositoryKeys keys, LocalPackStorage storage, WorkPool pool)
      throws IOException {
    PackLibrary library = closing.push(new PackLibrary(storage, keys::ring));
    IndexLoader loader = new IndexLoader(storage, library, pool, !readOnly);
    DirectoryCache directories = new DirectoryCache(library, options.directoryBytes());
    IndexLoader.Loaded loaded = loadIndex(loader, file.identity().id(), directories);
    closing.push(loaded.index());
    StateStore state =
        new StateStore(files, publisher, layout.state(), keys::ring, options.random());
    Catalogue catalogue = loadCatalogue(keys, state, pool);
    DamageStore damageStore = new DamageStore(state);
    DamagedSegments damaged = new DamagedSegments();
    damageStore.load(loaded.packs(), damaged);
    ChunkLocator locator = new ChunkLocator(loaded.packs(), directories, loaded.index(), damaged);
    ReaderLeases leases = new ReaderLeases();
    DamageReport report =
        new DamageReport(
            damaged,
            loaded.index(),
            library,
            readOnly ? Optional.empty() : Optional.of(damageStore));
    RestorePointReader reader =
        new RestorePointReader(
            loaded.packs(),
            library,
            locator,
            damaged,
            report,
            () -> prover(keys, catalogue),
            pool,
            options.nodeBytes());
    Doubt doubt = new Doubt(state, file.identity().id(), !readOnly);
    if (loaded.isAnew() && !catalogue.all().isEmpty()) {
      doubt.raise();
    }
    VerifyParts verifying =
        new VerifyParts(
            keys::ring,
            loaded.packs(),
            library,
            directories,
            loaded.index(),
            reader.fetcher(),
            report,
            catalogue,
            leases,
            VerifiedTimes.load(files, publisher, layout.verified(), file.identity().id(), readOnly),
            new VerifiedPoints(state, !readOnly),
            doubt,
            pool,
            options.clock());
    Verifier verifier = new Verifier(verifying);
    PointConditions conditions =
        new PointConditions(
            verifying,
            verifier,
            storage,
            damaged,
            () -> !loaded.unreadable().isEmpty() || !library.salvaged().isEmpty());
    Room room = new Room(files, layout.root(), options.reserve());
    Optional<IngestEngine> ingest = Optional.empty();
    Optional<Pruner> pruner = Optional.empty();
    Optional<Sweeper> sweeper = Optional.empty();
    if (!readOnly) {
      ClaimLedger ledger = new ClaimLedger();
      IndexWriter indexWriter = closing.push(new IndexWriter(loaded.index(), directories));
      IngestParts ingestParts =
          new IngestParts(
              file.parameters(),
              options.ingestBytes(),
              keys::ring,
              storage,
              room,
              catalogue,
              loaded.packs(),
              ledger,
              directories,
              loaded.known(),
              locator,
              reader.fetcher(),
              new SessionBases(catalogue, leases, reader, damaged, loaded),
              indexWriter,
              pool,
              options.clock(),
              options.random());
      ingest = Optional.of(closing.push(new IngestEngine(ingestParts)));
      PointTrash trash =
          new PointTrash(
              files, publisher, layout.manifests(), layout.trash(), keys::ring, catalogue);
      pruner =
          Optional.of(new Pruner(catalogue, trash, leases, state, conditions, options.clock()));
      sweeper =
          Optional.of(
              new Sweeper(
                  new SweepParts(
                      file.parameters(),
                      keys::ring,
                      storage,
                      room,
                      trash,
                      ledger,
                      loaded.packs(),
                      library,
                      directories,
                      loaded.index(),
                      indexWriter,
                      loaded.known(),
                      damaged,
                      damageStore,
                      doubt,
                      reader.fetcher(),
                      pool,
                      options.clock(),
                      new RandomIds(options.random()))));
    }
    closing.push(reader);
    if (WARMED_UP.compareAndSet(false, true)) {
      Thread.ofPlatform().name("dozo-warm-up").daemon().start(GcmWarmUp::run);
    }
    return new OpenParts(
        file,
        keys,
        state,
        library,
        loaded,
        damaged,
        catalogue,
        room,
        leases,
        reader,
        verifier,
        conditions,
        readOnly
            ? Optional.empty()
            : Optional.of(new Repairer(verifying, verifier, storage, damaged, damageStore)),
        ingest,
        pruner,
        sweeper,
        closing);
  }

  private RepositoryFile readIdentity() throws IOException {
    try {
      return RepositoryFile.decode(
          SmallFiles.read(files, layout.identity(), RepositoryFile.MAXIMUM_FILE_BYTES));
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw notFound(e);
    } catch (ForeignFileException e) {
      throw new ForeignDirectoryException(
          Fault.of("The file repository.dozo is not one of Dozo's")
              .file(layout.identity())
              .cure("check that the directory is the right one"),
          e);
    }
  }

  private RepositoryNotFoundException notFound(IOException cause) {
    boolean begun = isBegun();
    return new RepositoryNotFoundException(
        Fault.of(
                begun
                    ? "The repository was never finished, or its file repository.dozo is lost"
                    : "There is no repository")
            .file(layout.root())
            .cure(
                begun
                    ? "make it again if it was never used; otherwise put the file back from a copy"
                    : "check the path, or make one"),
        cause);
  }

  private boolean isBegun() {
    try {
      return present().containsAll(List.of(layout.packs(), layout.keys()));
    } catch (IOException e) {
      return false; // Nothing can be seen there, and that is what the caller is told.
    }
  }

  private void lock() throws IOException {
    if (readOnly) {
      Optional<RepositoryLock> shared = RepositoryLock.shared(layout.lock());
      shared.ifPresent(closing::push);
      isLocked = shared.isPresent();
    } else {
      closing.push(RepositoryLock.exclusive(layout.lock()));
      isLocked = true;
    }
  }

  private RepositoryKeys openKeys(RepositoryFile file, KeySource source) throws IOException {
    return closing.push(
        RepositoryKeys.open(
            files, publisher, layout.keys(), file.identity().id(), source, options.random()));
  }

  private Set<Path> present() throws IOException {
    return files.list(layout.root()).stream()
        .map(FileLayer.Entry::path)
        .collect(Collectors.toSet());
  }

  /** Removes and mends what a crash has left behind. */
  private void prepare(RepositoryKeys keys, LocalPackStorage storage) throws IOException {
    Set<Path> present = present();
    for (Path directory : layout.directories()) {
      if (!present.contains(directory)) {
        log.warn("A directory was missing and is made again path={}", directory);
        files.createDirectory(directory);
      }
    }
    settle();
    publisher.discardUnfinished();
    keys.repair();
    storage.prepare();
  }

  /**
   * Makes the names that are seen stay, but those of packs: a process that was killed may not have
   * synced what it had renamed, and what relies on it from now on must not be lost with it.
   */
  private void settle() throws IOException {
    files.syncDirectory(layout.root());
    for (Path directory :
        List.of(layout.keys(), layout.manifests(), layout.trash(), layout.state())) {
      files.syncDirectory(directory);
    }
    for (FileLayer.Entry kind : files.list(layout.state())) {
      if (kind.isDirectory()) {
        files.syncDirectory(kind.path());
      }
    }
  }

  private IndexLoader.Loaded loadIndex(
      IndexLoader loader, UUID repositoryId, DirectoryCache directories) throws IOException {
    if (!readOnly) {
      return loader.load(layout.index(), repositoryId);
    }
    if (isLocked) {
      Optional<IndexLoader.Loaded> loaded =
          loader.loadReadOnly(layout.index(), repositoryId, directories);
      if (loaded.isPresent()) {
        return loaded.get();
      }
    }
    return loader.load(temporaryIndex(), repositoryId);
  }

  private Path temporaryIndex() throws IOException {
    Path directory = Files.createTempDirectory("dozo-index-");
    log.info("The index is made anew for this time path={}", directory);
    closing.push(() -> {
      for (Path file : List.of(directory.resolve("data.mdb"), directory.resolve("lock.mdb"))) {
        Files.deleteIfExists(file);
      }
      Files.delete(directory);
    });
    return directory;
  }

  private Catalogue loadCatalogue(RepositoryKeys keys, StateStore state, WorkPool pool)
      throws IOException {
    CommitJournal journal = new CommitJournal(files, publisher, layout.manifests(), state);
    if (!readOnly) {
      journal.recover();
    }
    return Catalogue.load(
        files,
        publisher,
        layout.manifests(),
        keys::ring,
        new RestorePointIds(options.clock(), options.random()),
        options.random(),
        journal,
        pool);
  }
}
