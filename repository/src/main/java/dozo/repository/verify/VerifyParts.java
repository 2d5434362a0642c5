package dozo.repository.verify;

import dozo.format.key.KeyRing;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.DamageReport;
import dozo.repository.state.Doubt;
import dozo.repository.work.WorkPool;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What a {@link Verifier} works with. All of it stays its maker's to close.
 *
 * @param keys the key ring at any moment
 * @param packs the published packs
 * @param library opens them
 * @param directories the pack directories in memory
 * @param index the index
 * @param fetcher finds chunks, and reads map nodes
 * @param report takes damaged segments out of use
 * @param catalogue has the restore points
 * @param leases keep restore points from being forgotten
 * @param times know when packs were verified
 * @param verified knows what was found of restore points
 * @param doubt says whether packs may have been lost
 * @param pool does the work
 * @param clock tells when a pack is verified
 */
public record VerifyParts(
    Supplier<KeyRing> keys,
    PackTable packs,
    PackLibrary library,
    DirectoryCache directories,
    ChunkIndex index,
    ChunkFetcher fetcher,
    DamageReport report,
    Catalogue catalogue,
    ReaderLeases leases,
    VerifiedTimes times,
    VerifiedPoints verified,
    Doubt doubt,
    WorkPool pool,
    Clock clock) {}
