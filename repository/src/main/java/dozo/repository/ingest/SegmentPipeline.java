package dozo.repository.ingest;

import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.index.ChunkIndex;
import dozo.repository.index.IndexWriter;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import dozo.repository.work.Lender;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a full segment: compressed on the pool, appended to the open pack of its kind, and,
 * when that is published, found in the pack's directory instead of among the pending chunks.
 *
 * <p>Safe for use by several threads.
 */
final class SegmentPipeline implements PackSink, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SegmentPipeline.class);

  /** Buffers above this multiple of the usual size are left to the collector. */
  private static final int USUAL_SIZES = 4;

  private final int segmentBytes;
  private final WorkPool pool;
  private final MemoryBudget budget;
  private final PendingChunks pending;
  private final PackTable packs;
  private final ClaimLedger ledger;
  private final DirectoryCache directories;
  private final IndexWriter indexWriter;
  private final Lender<ChunkSealer> sealers;
  private final ConcurrentLinkedQueue<SegmentBuffer> buffers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<SegmentRecord> records = new ConcurrentLinkedQueue<>();
  private final Map<ContentKind, PackWriter> writers = new EnumMap<>(ContentKind.class);

  /** Makes a pipeline without writers, which need it as their sink. */
  SegmentPipeline(
      int segmentBytes,
      WorkPool pool,
      MemoryBudget budget,
      PendingChunks pending,
      PackTable packs,
      ClaimLedger ledger,
      DirectoryCache directories,
      IndexWriter indexWriter) {
    this.segmentBytes = segmentBytes;
    this.pool = pool;
    this.budget = budget;
    this.pending = pending;
    this.packs = packs;
    this.ledger = ledger;
    this.directories = directories;
    this.indexWriter = indexWriter;
    this.sealers = new Lender<>(() -> new ChunkSealer(ChunkSealer.DEFAULT_LEVEL));
  }

  /** Sends the segments of a kind to a writer, which this pipeline closes. */
  void connect(ContentKind kind, PackWriter writer) {
    writers.put(kind, writer);
  }

  /** Returns an empty buffer for a segment. */
  SegmentBuffer buffer() {
    SegmentBuffer used = buffers.poll();
    return used == null ? new SegmentBuffer(segmentBytes) : used;
  }

  /** Takes a segment to which no chunk is added any more. */
  void seal(InFlightSegment segment) {
    budget.takeAnyway(segment.buffer().dataBytes());
    pool.executeFirst(() -> compress(segment));
  }

  private void compress(InFlightSegment segment) {
    SegmentBuffer buffer = segment.buffer();
    int plainBytes = buffer.dataBytes();
    SegmentRecord used = records.poll();
    SegmentRecord record = used == null ? new SegmentRecord() : used;
    try {
      ChunkSealer sealer = sealers.take();
      try {
        sealer.compress(buffer, record);
      } finally {
        sealers.give(sealer);
      }
      budget.takeAnyway(record.length());
    } catch (RuntimeException | Error e) {
      log.error("A segment cannot be compressed", e);
      failed(segment, new IOException("A segment cannot be compressed", e));
      return;
    } finally {
      recycle(buffer, plainBytes);
    }
    writer(segment.kind()).append(segment, record);
  }

  private void recycle(SegmentBuffer buffer, int plainBytes) {
    if (plainBytes <= USUAL_SIZES * segmentBytes) {
      buffer.clear();
      buffers.add(buffer);
    }
    budget.give(plainBytes);
  }

  @Override
  public void recycle(SegmentRecord record) {
    int length = record.length();
    if (length <= USUAL_SIZES * segmentBytes) {
      records.add(record);
    }
    budget.give(length);
  }

  @Override
  public void published(InFlightPack pack, PackBuilder contents) {
    PackHeader header = contents.header();
    PackDirectory directory = contents.directory();
    PackEntry entry =
        pack.enter(
            ledger,
            () ->
                packs.add(
                    header.packId(),
                    header.contentKind(),
                    header.keyEpoch(),
                    contents.lengthBytes(),
                    directory.chunkCount()));
    // First there, then no longer here: a chunk is always found in one of the two.
    directories.pin(entry, directory);
    pack.segments().forEach(pending::release);
    indexWriter.add(new ChunkIndex.Contents(entry, directory));
    log.debug(
        "Published pack={} kind={} bytes={} chunks={}",
        entry.id(),
        entry.kind(),
        entry.sizeBytes(),
        entry.chunks());
  }

  @Override
  public void failed(InFlightSegment segment, IOException cause) {
    segment.fail(cause);
    pending.release(segment);
  }

  /** Why nothing can be stored any more, if that is so. */
  Optional<IOException> failure() {
    return writers.values().stream()
        .flatMap(writer -> writer.failure().stream())
        .findFirst()
        .or(indexWriter::failure);
  }

  private PackWriter writer(ContentKind kind) {
    PackWriter writer = writers.get(kind);
    if (writer == null) {
      throw new IllegalStateException("No writer is connected for " + kind);
    }
    return writer;
  }

  /** Publishes what has been appended. Nothing may be added any more. */
  @Override
  public void close() {
    writers.values().forEach(PackWriter::close);
    sealers.close();
  }
}
