package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.pack.ContentKind;
import dozo.format.splice.DiskSplicer;
import dozo.format.splice.SpliceSink;
import dozo.format.wire.ContentUnpacker;
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

  private static final int LEAST_UNPACKED_BYTES = 128 << 10;

  private final OpenSession session;
  private final @Nullable OpenBase base;
  private final long sizeBytes;
  private final DomainKeys keys;
  private final IngestContext context;

  /** Cuts from where bytes begin to come; null before. */
  private @Nullable DiskSplicer cutter;

  private @Nullable AnnouncedRuns announced;
  private byte[] unpacked = {};
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
    this.sizeBytes = sizeBytes;
    this.keys = keys;
    this.context = context;
    this.hasher = keys.chunkHasher();
    this.data = new SegmentFiller(ContentKind.DATA, session, strand, context);
    this.nodes = new SegmentFiller(ContentKind.MAP_NODES, session, strand, context);
    this.map =
        new ChunkMapBuilder(
            keys.nodeHasher(), (id, bytes) -> nodes.add(id, bytes, 0, bytes.length));
  }

  /** What cuts the bytes; it begins where the runs end that were announced. */
  private DiskSplicer cutter() throws RejectedClientException {
    DiskSplicer current = cutter;
    if (current == null) {
      if (announced != null && !announced.isEmpty()) {
        throw new RejectedClientException("Bytes came while announced chunks were still owed");
      }
      current =
          base == null
              ? DiskSplicer.from(map.sizeBytes(), context.chunker(), sizeBytes, this)
              : new DiskSplicer(context.chunker(), sizeBytes, base, this);
      cutter = current;
    }
    return current;
  }

  void data(byte[] buffer, int offset, int length) throws IOException {
    cutter().data(buffer, offset, length);
  }

  void zeros(long length) throws IOException {
    cutter().zeros(length);
  }

  void keep(long length) throws IOException {
    cutter().keep(length);
  }

  /** The SHA-256 of a range of the base, in hexadecimal digits. */
  String baseSha256(long offset, int length) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      cutter().digestBase(offset, length, digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /** The runs that are announced in place of bytes. */
  AnnouncedRuns announced(@Nullable OwnChunks own, AnnouncementListener listener) {
    AnnouncedRuns runs = announced;
    if (runs == null) {
      SourceTerms terms = session.source().orElseThrow();
      runs =
          new AnnouncedRuns(
              context.chunker().maximumBytes(),
              keys,
              data,
              own,
              new PossessionCheck(context.fetcher(), keys, terms),
              listener,
              this::settled);
      announced = runs;
    }
    return runs;
  }

  /** The runs that were announced before. */
  AnnouncedRuns announced() throws RejectedClientException {
    if (announced == null) {
      throw new RejectedClientException("Chunks came, and none were announced");
    }
    return announced;
  }

  void content(SentContent content) throws IOException {
    AnnouncedRuns runs = announced();
    int length = content.plainBytes();
    if (unpacked.length < length) {
      unpacked = new byte[Math.max(length, LEAST_UNPACKED_BYTES)];
    }
    if (content.packed()) {
      ContentUnpacker unpacker = context.unpackers().take();
      try {
        if (!unpacker.unpack(
            content.buffer(), content.offset(), content.length(), unpacked, length)) {
          throw new RejectedClientException("What came does not unpack to " + length + " bytes");
        }
      } finally {
        context.unpackers().give(unpacker);
      }
    } else {
      System.arraycopy(content.buffer(), content.offset(), unpacked, 0, length);
    }
    runs.content(content, unpacked);
  }

  /** Forgets what is owed, and what was announced behind it; returns how long it was. */
  long rewind() {
    return announced == null ? 0 : announced.rewind();
  }

  private void settled(Extent run, boolean isNew) throws IOException {
    if (run.isHole()) {
      hole(run.offset(), run.lengthBytes());
    } else {
      session.counts().chunk((int) run.lengthBytes(), isNew);
      map.chunk(run.id(), (int) run.lengthBytes());
    }
  }

  /** Ends the stream; what is left of it is on its way when this returns. */
  MapRoot finish() throws IOException {
    cutter().finish();
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
