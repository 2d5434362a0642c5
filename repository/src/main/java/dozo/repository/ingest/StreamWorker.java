package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.pack.ContentKind;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What happens to the bytes of one stream: they are cut, named, stored where they are new, and
 * entered into the map, whose nodes go the same way. For the stream's strand only.
 */
final class StreamWorker implements CutSink {

  private final OpenSession session;
  private final StreamCutter cutter;
  private final ChunkHasher hasher;
  private final ChunkMapBuilder map;
  private final SegmentFiller data;
  private final SegmentFiller nodes;

  StreamWorker(
      long sizeBytes, OpenSession session, Strand strand, DomainKeys keys, IngestContext context) {
    this.session = session;
    this.cutter = StreamCutter.ofSize(context.chunker(), sizeBytes, this);
    this.hasher = keys.chunkHasher();
    this.data = new SegmentFiller(ContentKind.DATA, session, strand, context);
    this.nodes = new SegmentFiller(ContentKind.MAP_NODES, session, strand, context);
    this.map =
        new ChunkMapBuilder(
            keys.nodeHasher(), (id, bytes) -> nodes.add(id, bytes, 0, bytes.length));
  }

  void data(byte[] buffer, int offset, int length) throws IOException {
    cutter.write(ByteBuffer.wrap(buffer, offset, length));
  }

  void zeros(long length) throws IOException {
    cutter.zeros(length);
  }

  /** Ends the stream; what is left of it is on its way when this returns. */
  MapRoot finish() throws IOException {
    cutter.finish();
    MapRoot root = map.finish();
    flush();
    return root;
  }

  /** Sends the segments that are being filled on their way. */
  void flush() {
    data.flush();
    nodes.flush();
  }

  @Override
  public void chunk(long offset, byte[] window, int from, int length) throws IOException {
    ChunkId id = hasher.id(window, from, length);
    boolean isNew = data.add(id, window, from, length);
    session.counts().chunk(length, isNew);
    map.chunk(id, length);
  }

  @Override
  public void hole(long offset, long length) throws IOException {
    session.counts().hole(length);
    map.hole(length);
  }
}
