package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.key.DomainKeys;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The runs that a client has announced of one stream, from the first that is not settled on. A
 * chunk is settled once it is stored, or on its way into a pack, and the session may refer to it;
 * only then, and in the order of the disk, runs are passed on to the map.
 *
 * <p>For the stream's strand only.
 */
final class AnnouncedRuns {

  /** Takes runs that are settled, in order. */
  interface Settled {
    void run(Extent run, boolean isNew) throws IOException;
  }

  private final int maximumBytes;
  private final ChunkHasher hasher;
  private final SegmentFiller filler;
  private final @Nullable OwnChunks own;
  private final PossessionCheck possession;
  private final Settled settled;
  private final HeldChunks held = new HeldChunks();
  private AnnouncementListener listener;

  private final ArrayDeque<Run> runs = new ArrayDeque<>();
  private final ArrayDeque<Run> toSend = new ArrayDeque<>();
  private final ArrayDeque<Run> toProve = new ArrayDeque<>();
  private long sent;
  private long proved;

  /** A run, and whether something is still owed for it. */
  private static final class Run {
    final Extent extent;
    boolean isOwed;
    boolean isNew;

    Run(Extent extent, boolean isOwed) {
      this.extent = extent;
      this.isOwed = isOwed;
    }
  }

  /**
   * Begins with nothing announced.
   *
   * @param maximumBytes the length of the longest chunk
   * @param own the chunks that need no proof
   */
  AnnouncedRuns(
      int maximumBytes,
      DomainKeys keys,
      SegmentFiller filler,
      @Nullable OwnChunks own,
      PossessionCheck possession,
      AnnouncementListener listener,
      Settled settled) {
    this.maximumBytes = maximumBytes;
    this.hasher = keys.chunkHasher();
    this.filler = filler;
    this.own = own;
    this.possession = possession;
    this.listener = listener;
    this.settled = settled;
  }

  /** Whether something is owed. */
  boolean isEmpty() {
    return runs.isEmpty();
  }

  /**
   * Judges the next runs, and tells.
   *
   * @param heard hears of these, and from now on of those before
   */
  void announce(List<Extent> announced, AnnouncementListener heard) throws IOException {
    listener = heard;
    List<Verdict> verdicts = new ArrayList<>(announced.size());
    for (Extent extent : announced) {
      Verdict verdict = extent.isHole() ? Verdict.TAKEN : judge(extent);
      Run run = new Run(extent, verdict != Verdict.TAKEN);
      runs.add(run);
      switch (verdict) {
        case TAKEN -> {}
        case PROVE -> toProve.add(run);
        case SEND -> toSend.add(run);
      }
      verdicts.add(verdict);
    }
    passOn();
    listener.judged(announced.getFirst().offset(), verdicts);
  }

  private Verdict judge(Extent chunk) throws RejectedClientException {
    if (chunk.lengthBytes() > maximumBytes) {
      throw new RejectedClientException(
          "A chunk has at most " + maximumBytes + " bytes here, not " + chunk.lengthBytes());
    }
    boolean mayRefer =
        held.contains(chunk.id(), chunk.lengthBytes()) || (own != null && own.has(chunk));
    if (mayRefer) {
      return filler.hasAlready(chunk.id()) ? Verdict.TAKEN : Verdict.SEND;
    }
    return filler.isPublished(chunk.id()) ? Verdict.PROVE : Verdict.SEND;
  }

  /**
   * Takes content that was wanted.
   *
   * @param plain holds it from its beginning on
   */
  void content(SentContent content, byte[] plain) throws IOException {
    if (content.number() != sent || content.count() > toSend.size()) {
      throw new RejectedClientException(
          content.count()
              + " chunks came as number "
              + content.number()
              + "; "
              + toSend.size()
              + " are wanted from number "
              + sent
              + " on");
    }
    int at = 0;
    for (int i = 0; i < content.count(); i++) {
      Run run = toSend.remove();
      int length = (int) run.extent.lengthBytes();
      ChunkId id = run.extent.id();
      if (length > content.plainBytes() - at || !hasher.id(plain, at, length).equals(id)) {
        throw new RejectedClientException("Of chunk " + id + " came other bytes");
      }
      run.isNew = filler.add(id, plain, at, length);
      run.isOwed = false;
      held.add(id, length);
      at += length;
    }
    if (at != content.plainBytes()) {
      throw new RejectedClientException("More bytes came than " + content.count() + " chunks have");
    }
    sent += content.count();
    passOn();
    listener.settled(content.count());
  }

  /** Takes proofs that were wanted. */
  void prove(long number, List<ChunkId> proofs) throws IOException {
    if (number != proved || proofs.size() > toProve.size()) {
      throw new RejectedClientException(
          proofs.size()
              + " proofs came as number "
              + number
              + "; "
              + toProve.size()
              + " are wanted from number "
              + proved
              + " on");
    }
    List<Run> proving = new ArrayList<>(proofs.size());
    for (int i = 0; i < proofs.size(); i++) {
      proving.add(toProve.remove());
    }
    if (!possession.holds(proving.stream().map(run -> run.extent).toList(), proofs)) {
      throw new RejectedClientException("A proof is wrong");
    }
    for (Run run : proving) {
      run.isOwed = false;
      held.add(run.extent.id(), run.extent.lengthBytes());
    }
    proved += proofs.size();
    passOn();
    listener.settled(proofs.size());
  }

  /** Forgets all runs from the first on for which something is owed; returns how long they were. */
  long rewind() {
    long dropped = 0;
    int owed = toSend.size() + toProve.size();
    for (Run run : runs) {
      dropped += run.extent.lengthBytes();
    }
    runs.clear();
    toSend.clear();
    toProve.clear();
    sent = 0;
    proved = 0;
    if (owed > 0) {
      listener.settled(owed);
    }
    return dropped;
  }

  private void passOn() throws IOException {
    for (Run first = runs.peek(); first != null && !first.isOwed; first = runs.peek()) {
      runs.remove();
      settled.run(first.extent, first.isNew);
    }
  }
}
