package dozo.protocol.client;

import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.protocol.Protocol;
import dozo.protocol.codec.BulkFrames;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Proof;
import dozo.protocol.message.SessionMessage.Verdict;
import dozo.protocol.message.SessionMessage.Wanted;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A stream whose chunks are cut and named by the client: docs/protocol.md §4.1.
 *
 * <p>One thread announces, and one, perhaps another, sends and proves what is wanted. Each blocks
 * while the server has given no credit. Each has a part of it to itself, so that neither stands in
 * the other's way.
 */
public final class RemoteChunks {

  private final ClientLink link;
  private final int channel;
  private final CreditGate credit;
  private final RemoteStream stream;
  private final WantedListener listener;
  private long sent;
  private long proved;

  RemoteChunks(
      ClientLink link,
      int channel,
      CreditGate credit,
      RemoteStream stream,
      WantedListener listener) {
    this.link = link;
    this.channel = channel;
    this.credit = credit;
    this.stream = stream;
    this.listener = listener;
  }

  /** The most runs that can be announced at a time. */
  public int maximumRuns() {
    long affordable = credit.runsShareBytes() / Protocol.RUN_COST_BYTES;
    return Math.clamp(affordable, 1, Protocol.MAXIMUM_RUNS);
  }

  /** The most bytes that can be sent at a time, compressed or not: at least the longest chunk. */
  public int maximumContentBytes() {
    long affordable =
        credit.windowBytes() / 2 - Protocol.FRAME_OVERHEAD_BYTES - Protocol.CONTENT_PLACE_BYTES;
    return (int) Math.min(affordable, Protocol.MAXIMUM_BULK_BYTES);
  }

  /** On the event loop: the server has judged runs. What it wants of them is still to be sent. */
  void wanted(Wanted answer) {
    long owed = answer.verdicts().stream().filter(it -> it != Verdict.TAKEN).count();
    credit.settleRuns(Protocol.runsCost(answer.verdicts().size()) - Protocol.RUN_COST_BYTES * owed);
    listener.wanted(answer);
  }

  void failed(IOException cause) {
    listener.failed(cause);
  }

  /**
   * Announces the next runs.
   *
   * @param runs 1 to {@link #maximumRuns}, from the stream's offset on without a gap
   * @throws IOException if the session has failed
   */
  public void announce(List<Extent> runs) throws IOException {
    credit.takeForRuns(Protocol.runsCost(runs.size()));
    link.send(channel, new Chunks(List.copyOf(runs)));
    stream.advance(runs.getLast().end());
  }

  /**
   * Sends chunks, the next ones that the server wants.
   *
   * @param count how many they are
   * @param plainBytes their length together
   * @param packed whether the bytes are compressed
   * @param bytes consumed from position to limit
   * @throws IOException if the session has failed
   */
  public void send(int count, int plainBytes, boolean packed, ByteBuffer bytes) throws IOException {
    credit.takeForWanted(Protocol.frameCost(Protocol.CONTENT_PLACE_BYTES + bytes.remaining()));
    link.send(
        BulkFrames.content(
            link.channel().alloc(), channel, sent, count, plainBytes, packed, bytes));
    sent += count;
    credit.settleRuns((long) Protocol.RUN_COST_BYTES * count);
  }

  /**
   * Proves that chunks are held, the next ones that the server wants proved.
   *
   * @throws IOException if the session has failed
   */
  public void prove(List<ChunkId> proofs) throws IOException {
    credit.takeForWanted(
        Protocol.frameCost(Long.BYTES + Integer.BYTES + ChunkId.BYTES * proofs.size()));
    link.send(channel, new Proof(proved, List.copyOf(proofs)));
    proved += proofs.size();
    credit.settleRuns((long) Protocol.RUN_COST_BYTES * proofs.size());
  }

  /** How many bytes wait for the network to take them. */
  public long backlogBytes() {
    ChannelOutboundBuffer waiting = link.channel().unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  /** Whether the server shares our processors. */
  public boolean isSameHost() {
    return link.isSameHost();
  }
}
