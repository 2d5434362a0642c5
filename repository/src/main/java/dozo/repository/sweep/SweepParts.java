package dozo.repository.sweep;

import dozo.format.key.KeyRing;
import dozo.format.manifest.RepositoryParameters;
import dozo.repository.catalogue.PointTrash;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.index.ChunkIndex;
import dozo.repository.index.IndexWriter;
import dozo.repository.index.KnownIds;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.state.DamageStore;
import dozo.repository.state.Doubt;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.Room;
import dozo.repository.work.WorkPool;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a {@link Sweeper} works with. All of it stays its maker's to close.
 *
 * @param parameters how the repository packs
 * @param keys the key ring at any moment
 * @param storage has the packs
 * @param room tells how much more can be stored
 * @param trash has the manifests, and those that were forgotten
 * @param ledger knows what sessions rely on
 * @param packs the published packs
 * @param library opens them
 * @param directories the pack directories in memory
 * @param index says where chunks may lie
 * @param indexWriter enters what is published into the index
 * @param known the ids that may be stored
 * @param damaged the segments that cannot be read
 * @param damageStore remembers them
 * @param doubt says whether packs may have been lost
 * @param fetcher brings chunks from wherever they can be read
 * @param pool does the work
 * @param clock tells what has been in the trash for how long
 * @param packIds draws ids
 */
public record SweepParts(
    RepositoryParameters parameters,
    Supplier<KeyRing> keys,
    PackStorage storage,
    Room room,
    PointTrash trash,
    ClaimLedger ledger,
    PackTable packs,
    PackLibrary library,
    DirectoryCache directories,
    ChunkIndex index,
    IndexWriter indexWriter,
    KnownIds known,
    DamagedSegments damaged,
    DamageStore damageStore,
    Doubt doubt,
    ChunkFetcher fetcher,
    WorkPool pool,
    Clock clock,
    Supplier<UUID> packIds) {}
