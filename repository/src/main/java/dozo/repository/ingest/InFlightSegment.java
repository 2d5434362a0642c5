package dozo.repository.ingest;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.format.seal.SegmentBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment from its first chunk until its pack is published. Whoever finds one of its chunks here
 * depends on it.
 *
 * <p>Its life goes one way: it is filled by its stream, compressed, written to a pack, and from
 * then on its fate is the pack's. It may fail at any time before. Filling is for the stream's
 * strand; the rest is safe for several threads. Locks are taken in the order segment, pack, claims,
 * session.
 */
final class InFlightSegment {

  private final ContentKind kind;
  private final OpenSession owner;
  private final SegmentBuffer buffer;
  private final SegmentFiller filler;
  private final List<ChunkId> ids = new ArrayList<>();
  private final List<OpenSession> dependents = new ArrayList<>();
  private @Nullable InFlightPack pack;
  private boolean failed;

  /**
   * Begins a segment.
   *
   * @param owner the session that its chunks are new to
   * @param filler what fills it
   */
  InFlightSegment(ContentKind kind, OpenSession owner, SegmentBuffer buffer, SegmentFiller filler) {
    this.kind = kind;
    this.owner = owner;
    this.buffer = buffer;
    this.filler = filler;
  }

  ContentKind kind() {
    return kind;
  }

  OpenSession owner() {
    return owner;
  }

  SegmentBuffer buffer() {
    return buffer;
  }

  /** Adds a chunk. For the strand that fills the segment. */
  void add(ChunkId id, byte[] bytes, int offset, int length) {
    if (ids.isEmpty()) {
      attach(owner);
    }
    ids.add(id);
    buffer.add(id, bytes, offset, length);
  }

  /** The chunks, once no more are added. */
  List<ChunkId> ids() {
    return ids;
  }

  /** Asks the stream that fills the segment to end it, because a commit waits for it. */
  void endSoon() {
    filler.endSoon(this);
  }

  /**
   * Makes a session wait for this segment before it commits.
   *
   * @return false if the segment has failed or its pack is condemned, so that its chunks count as
   *     unknown
   */
  synchronized boolean attach(OpenSession session) {
    if (failed) {
      return false;
    }
    if (pack != null) {
      return pack.attach(session);
    }
    if (!dependents.contains(session)) {
      dependents.add(session);
      session.dependsOn(this);
    }
    return true;
  }

  /** Says which pack the segment was written to. */
  void written(InFlightPack into) {
    List<OpenSession> told;
    synchronized (this) {
      pack = into;
      dependents.forEach(into::attach);
      told = List.copyOf(dependents);
      dependents.clear();
    }
    told.forEach(session -> session.written(this));
  }

  /** Says that the segment will be in no pack. */
  void fail(Throwable cause) {
    List<OpenSession> hurt;
    synchronized (this) {
      failed = true;
      hurt = List.copyOf(dependents);
      dependents.clear();
    }
    hurt.forEach(session -> session.fail(cause));
  }
}
