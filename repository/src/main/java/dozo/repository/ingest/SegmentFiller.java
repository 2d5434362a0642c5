package dozo.repository.ingest;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.repository.index.ChunkLocator;
import dozo.repository.index.KnownIds;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DirectoryCache.Locality;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the chunks of one stream, or its map nodes, into those that are stored already and those
 * that are new, and gathers the new ones into segments.
 *
 * <p>A chunk is looked for where it costs least: the Bloom filter rules most new ones out; then
 * come the chunks on their way to a pack, the pack directories in memory, and the index. What is
 * found in a published pack counts only when the session has claimed the pack. For the stream's
 * strand only.
 */
final class SegmentFiller {

  private final ContentKind kind;
  private final OpenSession session;
  private final Strand strand;
  private final SegmentPipeline pipeline;
  private final PendingChunks pending;
  private final KnownIds known;
  private final ChunkLocator locator;
  private final Locality locality = new Locality();
  private @Nullable InFlightSegment filling;

  SegmentFiller(ContentKind kind, OpenSession session, Strand strand, IngestContext context) {
    this.kind = kind;
    this.session = session;
    this.strand = strand;
    this.pipeline = context.pipeline();
    this.pending = context.pending();
    this.known = context.known();
    this.locator = context.locator();
  }

  /**
   * Takes a chunk, which is stored if nobody has it.
   *
   * @return whether it is new
   */
  boolean add(ChunkId id, byte[] bytes, int offset, int length) {
    if (hasAlready(id)) {
      return false;
    }
    InFlightSegment segment = filling;
    if (segment == null) {
      segment = new InFlightSegment(kind, session, pipeline.buffer(), this);
      filling = segment;
    }
    if (!pending.claim(id, segment, session)) {
      return false;
    }
    try {
      segment.add(id, bytes, offset, length);
    } catch (RuntimeException | Error e) {
      filling = null;
      pipeline.failed(segment, new IOException("A chunk could not be added to its segment", e));
      throw e;
    }
    known.add(id);
    if (segment.buffer().isFull()) {
      flush();
    }
    return true;
  }

  /** Whether a chunk is stored or on its way into a pack; the session then relies on it. */
  boolean hasAlready(ChunkId id) {
    return known.mayContain(id) && isStored(id);
  }

  /** Whether a chunk is in a published pack, where it can be read; the session then claims it. */
  boolean isPublished(ChunkId id) {
    return known.mayContain(id) && isClaimed(id);
  }

  private boolean isStored(ChunkId id) {
    InFlightSegment carrier = pending.find(id);
    if (carrier != null && carrier.attach(session)) {
      return true;
    }
    return isClaimed(id);
  }

  private boolean isClaimed(ChunkId id) {
    Optional<ChunkLocation> found = locator.confirm(id, locality);
    return found.isPresent() && session.claims().claim(found.get().pack());
  }

  /** Sends the segment that is being filled on its way, however little is in it. */
  void flush() {
    InFlightSegment full = filling;
    if (full != null && !full.ids().isEmpty()) {
      filling = null;
      pipeline.seal(full);
    }
  }

  /** Sends a segment on its way soon, if it is still being filled. On any thread. */
  void endSoon(InFlightSegment segment) {
    strand.submitUrgent(() -> {
      if (filling == segment) {
        flush();
      }
    });
  }
}
