package dozo.repository;

import dozo.format.manifest.RepositoryFile;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.index.IndexLoader;
import dozo.repository.ingest.IngestEngine;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackLibrary;
import dozo.repository.prune.Pruner;
import dozo.repository.read.RestorePointReader;
import dozo.repository.repair.Repairer;
import dozo.repository.state.StateStore;
import dozo.repository.storage.Room;
import dozo.repository.sweep.Sweeper;
import dozo.repository.verify.PointConditions;
import dozo.repository.verify.Verifier;
import java.util.Optional;

/**
 * What an open repository is made of.
 *
 * @param room tells how full the file system is
 * @param repairer repairs, unless the repository is open for reading only
 * @param ingest the way in, unless the repository is open for reading only
 * @param pruner forgets restore points, unless it is open for reading only
 * @param sweeper gives space back, unless it is open for reading only
 * @param closing closes all of it, in the right order
 */
record OpenParts(
    RepositoryFile file,
    RepositoryKeys keys,
    StateStore state,
    PackLibrary library,
    IndexLoader.Loaded loaded,
    DamagedSegments damaged,
    Catalogue catalogue,
    Room room,
    ReaderLeases leases,
    RestorePointReader reader,
    Verifier verifier,
    PointConditions conditions,
    Optional<Repairer> repairer,
    Optional<IngestEngine> ingest,
    Optional<Pruner> pruner,
    Optional<Sweeper> sweeper,
    CloseStack closing) {}
