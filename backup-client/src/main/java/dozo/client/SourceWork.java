package dozo.client;

import dozo.format.ChunkHasher;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.chunk.StreamCutter;
import dozo.protocol.message.SessionMessage.SourceTerms;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the disks of one session share that are deduplicated at the source: threads that hash, and
 * memory.
 *
 * <p>Safe for use by several threads.
 */
final class SourceWork implements AutoCloseable {

  private static final int SPARE_WINDOW_BYTES = 1 << 20;

  private final ChunkerParameters chunker;
  private final byte[] idKey;
  private final byte[] nonce;
  private final WindowPool windows;
  private final Queue<ChunkHasher> hashers = new ConcurrentLinkedQueue<>();

  /** Two more than this wait for the network and take little. */
  private final ExecutorService hashing =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("dozo-hash-", 0).daemon().factory());

  private final ExecutorService talking =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("dozo-source-", 0).daemon().factory());

  SourceWork(SourceTerms terms) {
    this.chunker = terms.chunker();
    this.idKey = HexFormat.of().parseHex(terms.idKey().reveal());
    this.nonce = HexFormat.of().parseHex(terms.nonce().reveal());
    this.windows = new WindowPool(StreamCutter.windowBytes(chunker) + SPARE_WINDOW_BYTES);
  }

  ChunkerParameters chunker() {
    return chunker;
  }

  WindowPool windows() {
    return windows;
  }

  /** Makes what computes proofs. */
  ChunkHasher proofs() {
    return new ChunkHasher(nonce);
  }

  /** Names the chunks of a batch on one of the threads. */
  Future<RunBatch> hash(RunBatch batch) {
    return hashing.submit(() -> {
      ChunkHasher idle = hashers.poll();
      ChunkHasher hasher = idle == null ? new ChunkHasher(idKey) : idle;
      try {
        return batch.hash(hasher);
      } finally {
        hashers.add(hasher);
      }
    });
  }

  /** Runs what mostly waits. */
  Future<?> talk(Runnable task) {
    return talking.submit(task);
  }

  @Override
  public void close() {
    hashing.close();
    talking.close();
  }
}
