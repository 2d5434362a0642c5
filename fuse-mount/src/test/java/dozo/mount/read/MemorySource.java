package dozo.mount.read;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk in memory, of chunks and holes of random lengths, that notes how it is read. */
public final class MemorySource implements ChunkSource {
  private final byte[] content;
  private final List<Extent> extents = new ArrayList<>();

  /** How often each chunk was fetched, by its offset. */
  public final Map<Long, AtomicInteger> fetched = new ConcurrentHashMap<>();

  /** Offsets of chunks that are damaged. */
  public final Set<Long> damaged = ConcurrentHashMap.newKeySet();

  /** The names of the threads that fetched. */
  public final Set<String> threads = ConcurrentHashMap.newKeySet();

  /** Whether it was closed. */
  public final AtomicBoolean closed = new AtomicBoolean();

  /** Whether anything was fetched after it was closed. */
  public final AtomicBoolean usedAfterClose = new AtomicBoolean();

  /** Run before each fetch. */
  public volatile Runnable beforeFetch = () -> {};

  /** Makes a disk of about the given size. */
  public MemorySource(long seed, int sizeBytes, int meanChunkBytes) {
    Random random = new Random(seed);
    content = new byte[sizeBytes];
    int offset = 0;
    while (offset < sizeBytes) {
      boolean hole = random.nextInt(6) == 0;
      int length = 1 + random.nextInt(2 * meanChunkBytes * (hole ? 8 : 1));
      length = Math.min(length, sizeBytes - offset);
      if (hole) {
        extents.add(new Extent(offset, length, Extent.HOLE));
      } else {
        byte[] plain = new byte[length];
        random.nextBytes(plain);
        System.arraycopy(plain, 0, content, offset, length);
        extents.add(new Extent(offset, length, new ChunkId(seed, offset, length, 1)));
      }
      offset += length;
    }
  }

  /** The bytes of a range. */
  public byte[] content(long offset, int length) {
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  /** The chunks, without the holes. */
  public List<Extent> chunks() {
    return extents.stream().filter(extent -> !extent.isHole()).toList();
  }

  /** How often a chunk was fetched. */
  public int fetches(Extent chunk) {
    AtomicInteger count = fetched.get(chunk.offset());
    return count == null ? 0 : count.get();
  }

  /** The largest number of times that any chunk was fetched. */
  public int mostFetches() {
    return fetched.values().stream().mapToInt(AtomicInteger::get).max().orElse(0);
  }

  @Override
  public long sizeBytes() {
    return content.length;
  }

  @Override
  public long dataBytes() {
    return chunks().stream().mapToLong(Extent::lengthBytes).sum();
  }

  @Override
  public List<Extent> extents(long offset, int maximum) {
    Objects.checkIndex(offset, sizeBytes());
    int first = 0;
    while (extents.get(first).end() <= offset) {
      first++;
    }
    // Fewer than were asked for, as the contract allows.
    int count = Math.min(extents.size() - first, 1 + maximum / 3);
    return extents.subList(first, first + count);
  }

  @Override
  public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
    beforeFetch.run();
    usedAfterClose.compareAndSet(false, closed.get());
    threads.add(Thread.currentThread().getName());
    for (int i = chunks.size() - 1; i >= 0; i--) {
      Extent chunk = chunks.get(i);
      fetched.computeIfAbsent(chunk.offset(), _ -> new AtomicInteger()).incrementAndGet();
      if (damaged.contains(chunk.offset())) {
        throw new CorruptDataException(
            Fault.of("The chunk does not verify").in("chunk " + chunk.id()));
      }
      consumer.accept(
          i,
          ByteBuffer.wrap(content, (int) chunk.offset(), (int) chunk.lengthBytes())
              .asReadOnlyBuffer());
    }
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) {
    BitSet present = new BitSet();
    for (Extent chunk : chunks()) {
      long first = Math.max(firstBlock, chunk.offset() / blockBytes);
      long last = Math.min(firstBlock + count - 1, (chunk.end() - 1) / blockBytes);
      if (first <= last) {
        present.set((int) (first - firstBlock), (int) (last - firstBlock) + 1);
      }
    }
    return present;
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
