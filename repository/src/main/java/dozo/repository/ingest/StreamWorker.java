package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.pack.ContentKind;
import dozo.format.splice.DiskSplicer;
import dozo.format.splice.SpliceSink;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the bytes of one stream: they are cut, named, stored where they are new, and
 * entered into the map, whose nodes go the same way. For the stream's strand only.
 */
final class StreamWorker implements SpliceSink {

  private final OpenSession session;
  private final @Nullable OpenBase base;
  private final DiskSplicer cutter;
  private final ChunkHasher hasher;
  private final ChunkMapBuilder map;
  private final SegmentFiller data;
  private final SegmentFiller nodes;

  StreamWorker(
      long sizeBytes,
      @Nullable OpenBase base,
      OpenSession session,
      Strand strand,
      DomainKeys keys,
      IngestContext context) {
    this.session = session;
    this.base = base;
    this.cutter =
        base == null
            ? new DiskSplicer(context.chunker(), sizeBytes, this)
            : new DiskSplicer(context.chunker(), sizeBytes, base, this);
    this.hasher = keys.chunkHasher();
    this.data = new SegmentFiller(ContentKind.DATA, session, strand, context);
    this.nodes = new SegmentFiller(ContentKind.MAP_NODES, session, strand, context);
    this.map =
        new ChunkMapBuilder(
            keys.nodeHasher(), (id, bytes) -> nodes.add(id, bytes, 0, bytes.length));
  }

  void data(byte[] buffer, int offset, int length) throws IOException {
    cutter.data(buffer, offset, length);
  }

  void zeros(long length) throws IOException {
    cutter.zeros(length);
  }

  void keep(long length) throws IOException {
    cutter.keep(length);
  }

  /** The SHA-256 of a range of the base, in hexadecimal digits. */
  String baseSha256(long offset, int length) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      cutter.digestBase(offset, length, digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
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
  public void keep(long from, long to) throws IOException {
    long before = map.dataBytes();
    map.copy(Objects.requireNonNull(base).map(), from, to);
    session.counts().kept(to - from, map.dataBytes() - before);
  }

  @Override
  public void hole(long offset, long length) throws IOException {
    session.counts().hole(length);
    map.hole(length);
  }
}
