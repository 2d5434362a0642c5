package dozo.repository.ingest;

import dozo.format.key.KeyRing;
import dozo.format.manifest.RepositoryParameters;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.index.ChunkLocator;
import dozo.repository.index.IndexWriter;
import dozo.repository.index.KnownIds;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackTable;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.Room;
import dozo.repository.work.WorkPool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What an {@link IngestEngine} works with. All of it stays its maker's to close.
 *
 * @param parameters how the repository cuts and packs
 * @param memoryBytes bounds what is taken in and not yet written
 * @param keys the key ring at any moment
 * @param storage takes packs
 * @param room tells whether there is room for more
 * @param catalogue takes restore points
 * @param packs the published packs
 * @param ledger keeps what sessions rely on from being swept away
 * @param directories the pack directories in memory
 * @param known the ids that may be stored
 * @param locator finds stored chunks
 * @param fetcher reads what clients have to prove that they hold
 * @param bases opens what changes are told against
 * @param indexWriter enters packs into the index
 * @param pool does the work
 * @param clock tells when a restore point was made
 * @param random draws ids
 */
public record IngestParts(
    RepositoryParameters parameters,
    long memoryBytes,
    Supplier<KeyRing> keys,
    PackStorage storage,
    Room room,
    Catalogue catalogue,
    PackTable packs,
    ClaimLedger ledger,
    DirectoryCache directories,
    KnownIds known,
    ChunkLocator locator,
    ChunkFetcher fetcher,
    BaseOpener bases,
    IndexWriter indexWriter,
    WorkPool pool,
    Clock clock,
    SecureRandom random) {}
