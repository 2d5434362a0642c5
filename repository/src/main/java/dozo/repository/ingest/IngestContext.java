package dozo.repository.ingest;

import dozo.format.chunk.ChunkerParameters;
import dozo.format.wire.ContentUnpacker;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.index.ChunkLocator;
import dozo.repository.index.KnownIds;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.work.Lender;
import dozo.repository.work.WorkPool;

/** What all streams share. */
record IngestContext(
    ChunkerParameters chunker,
    WorkPool pool,
    MemoryBudget budget,
    KnownIds known,
    PendingChunks pending,
    ChunkLocator locator,
    SegmentPipeline pipeline,
    ChunkFetcher fetcher,
    Lender<ContentUnpacker> unpackers,
    ClaimLedger ledger) {}
