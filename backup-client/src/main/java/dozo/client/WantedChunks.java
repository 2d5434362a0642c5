package dozo.client;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.wire.ContentPacker;
import dozo.protocol.client.RemoteChunks;
import dozo.protocol.message.SessionMessage.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Sends and proves what the server wants of one stream: chunks together, as many as compress well.
 *
 * <p>Used by one thread.
 */
final class WantedChunks implements AutoCloseable {

  /** Larger frames compress hardly better, and let what is behind them wait. */
  private static final int GROUP_BYTES = 256 << 10;

  private static final int PROOFS = 256;

  private final RemoteChunks chunks;
  private final ChunkHasher hasher;
  private final Toll toll;
  private final ContentPacker packer = new ContentPacker();
  private final byte[] plain;
  private final byte[] packed;
  private final List<ChunkId> proofs = new ArrayList<>();
  private int filled;
  private int count;

  /**
   * Begins.
   *
   * @param hasher computes proofs
   * @param maximumBytes the length of the longest chunk
   * @param toll is paid for what goes onto the network
   */
  WantedChunks(RemoteChunks chunks, ChunkHasher hasher, int maximumBytes, Toll toll) {
    this.chunks = chunks;
    this.hasher = hasher;
    this.toll = toll;
    this.plain =
        new byte[Math.max(Math.min(GROUP_BYTES, chunks.maximumContentBytes()), maximumBytes)];
    this.packed = new byte[ContentPacker.targetBytes(plain.length)];
  }

  /** Sends or proves what is wanted of a batch; some of it only with {@link #flush}. */
  void take(RunBatch batch, List<Verdict> verdicts) throws IOException {
    for (int i = 0; i < verdicts.size(); i++) {
      switch (verdicts.get(i)) {
        case TAKEN -> {}
        case PROVE -> prove(batch, i);
        case SEND -> send(batch, i);
      }
    }
  }

  private void prove(RunBatch batch, int run) throws IOException {
    proofs.add(hasher.id(batch.bytes(), batch.from(run), batch.length(run)));
    if (proofs.size() == PROOFS) {
      flushProofs();
    }
  }

  private void send(RunBatch batch, int run) throws IOException {
    int length = batch.length(run);
    if (length > plain.length - filled) {
      flushContent();
    }
    System.arraycopy(batch.bytes(), batch.from(run), plain, filled, length);
    filled += length;
    count++;
  }

  /** Sends what was gathered. */
  void flush() throws IOException {
    flushContent();
    flushProofs();
  }

  private void flushContent() throws IOException {
    if (count > 0) {
      OptionalInt length = packer.pack(plain, filled, packed);
      ByteBuffer bytes =
          length.isPresent()
              ? ByteBuffer.wrap(packed, 0, length.getAsInt())
              : ByteBuffer.wrap(plain, 0, filled);
      toll.pay(bytes.remaining());
      chunks.send(count, filled, length.isPresent(), bytes);
      filled = 0;
      count = 0;
    }
  }

  private void flushProofs() throws IOException {
    if (!proofs.isEmpty()) {
      toll.pay((long) ChunkId.BYTES * proofs.size());
      chunks.prove(proofs);
      proofs.clear();
    }
  }

  @Override
  public void close() {
    packer.close();
  }
}
