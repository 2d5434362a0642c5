package dozo.repository.read;

import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.Extent;
import dozo.format.disk.PackedConsumer;
import dozo.format.map.ChunkMap;
import dozo.format.map.ExtentCursor;
import dozo.format.pack.ContentKind;
import dozo.repository.pack.DirectoryCache.Locality;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A disk or configuration file of a restore point, read from the packs. */
final class DiskSource implements MappedDisk {

  private static final int MAXIMUM_EXTENTS = 8_192;
  private static final int MAXIMUM_CHUNKS = 1_024;

  /** So much data a restore asks for at a time. */
  private static final long WINDOW_BYTES = 8 << 20;

  private final ChunkMap map;
  private final ChunkFetcher fetcher;
  private final String name;
  private final Runnable onClose;
  private boolean closed;

  /**
   * Reads a disk.
   *
   * @param name what it is, with its restore point, for errors
   * @param onClose runs once when the source is closed
   */
  DiskSource(ChunkMap map, ChunkFetcher fetcher, String name, Runnable onClose) {
    this.map = map;
    this.fetcher = fetcher;
    this.name = name;
    this.onClose = onClose;
  }

  @Override
  public ChunkMap map() {
    return map;
  }

  @Override
  public long sizeBytes() {
    return map.sizeBytes();
  }

  @Override
  public long dataBytes() {
    return map.root().dataBytes();
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    Objects.checkIndex(offset, map.sizeBytes());
    if (maximum < 1 || maximum > MAXIMUM_EXTENTS) {
      throw new IllegalArgumentException("1 to 8,192 extents are listed at a time, not " + maximum);
    }
    return map.extents(offset, maximum);
  }

  @Override
  public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
    fetcher.fetch(ContentKind.DATA, wanted(chunks), sink(consumer), name);
  }

  @Override
  public void fetchPacked(List<Extent> chunks, ChunkConsumer plain, PackedConsumer packed)
      throws IOException {
    fetcher.fetchPacked(
        wanted(chunks),
        sink(plain),
        (whole, segment) -> packed.accept(whole.stream().map(WantedChunk::index).toList(), segment),
        name);
  }

  @Override
  public long decodedBytes() throws IOException {
    Locality locality = new Locality();
    ExtentCursor extents = map.extents(0);
    List<Extent> window = new ArrayList<>();
    long windowBytes = 0;
    long decoded = 0;
    Optional<Extent> next = extents.next();
    while (next.isPresent()) {
      if (!next.get().isHole()) {
        window.add(next.get());
        windowBytes += next.get().lengthBytes();
      }
      next = extents.next();
      if (windowBytes >= WINDOW_BYTES || window.size() == MAXIMUM_CHUNKS || next.isEmpty()) {
        decoded += fetcher.decodedBytes(wanted(window), locality);
        window.clear();
        windowBytes = 0;
      }
    }
    return decoded;
  }

  private static List<WantedChunk> wanted(List<Extent> chunks) {
    if (chunks.size() > MAXIMUM_CHUNKS) {
      throw new IllegalArgumentException(
          "At most 1,024 chunks are fetched at a time, not " + chunks.size());
    }
    List<WantedChunk> wanted = new ArrayList<>(chunks.size());
    for (Extent extent : chunks) {
      if (extent.isHole()) {
        throw new IllegalArgumentException("A hole has no chunk: " + extent);
      }
      wanted.add(
          new WantedChunk(wanted.size(), extent.id(), extent.lengthBytes(), extent.offset()));
    }
    return wanted;
  }

  private static ChunkFetcher.Sink sink(ChunkConsumer consumer) {
    return (chunk, segment, place) ->
        consumer.accept(
            chunk.index(),
            ByteBuffer.wrap(segment.plain(), segment.offset(place), segment.length(place))
                .slice()
                .asReadOnlyBuffer());
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    return map.presence(blockBytes, firstBlock, count);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      onClose.run();
    }
  }
}
