package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.NewPack;
import dozo.repository.pack.PackEntry;
import dozo.repository.storage.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one kind that are kept to new packs, in the order in which they come. For
 * one thread; after an exception nothing more can be done with it but closing.
 */
final class CompactionWriter implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final ContentKind kind;
  private final SweepParts parts;
  private final List<ChunkIndex.Contents> published;
  private final SegmentBuffer segment;
  private final SegmentRecord record = new SegmentRecord();
  private final ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL);
  private final ByteBuffer buffer = WritableFile.newBuffer(BUFFER_BYTES);
  private @Nullable NewPack open;

  /**
   * Makes a writer.
   *
   * @param published gets each pack that is on stable storage
   */
  CompactionWriter(ContentKind kind, SweepParts parts, List<ChunkIndex.Contents> published) {
    this.kind = kind;
    this.parts = parts;
    this.published = published;
    this.segment = new SegmentBuffer(parts.parameters().segmentBytes());
  }

  /** Copies a chunk in. */
  void add(ChunkId id, byte[] bytes, int offset, int length) throws IOException {
    segment.add(id, bytes, offset, length);
    if (segment.isFull()) {
      seal();
    }
  }

  private void seal() throws IOException {
    sealer.compress(segment, record);
    segment.clear();
    if (open != null && !open.hasRoomFor(record)) {
      publish(open);
    }
    if (open == null) {
      open =
          NewPack.begin(
              parts.storage(),
              parts.parameters(),
              parts.keys().get(),
              parts.packIds().get(),
              kind,
              buffer);
    }
    open.add(record);
    if (open.isFull()) {
      publish(open);
    }
  }

  private void publish(NewPack full) throws IOException {
    PackBuilder contents = full.publish();
    full.close();
    open = null;
    PackHeader header = contents.header();
    PackDirectory directory = contents.directory();
    PackEntry entry =
        parts
            .packs()
            .add(
                header.packId(),
                header.contentKind(),
                header.keyEpoch(),
                contents.lengthBytes(),
                directory.chunkCount());
    // The index does not know it yet: until then it is found here.
    parts.directories().pin(entry, directory);
    published.add(new ChunkIndex.Contents(entry, directory));
  }

  /** Publishes what has been copied. */
  void finish() throws IOException {
    if (!segment.isEmpty()) {
      seal();
    }
    if (open != null) {
      publish(open);
    }
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
    sealer.close();
  }
}
