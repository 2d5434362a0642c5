package dozo.format.splice;

import static dozo.format.chunk.ChunkerParameters.BLOCK_BYTES;

import dozo.format.chunk.ChunkerParameters;
import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one disk, fed in order as data, zeros, and ranges that are as in a base.
 *
 * <p>At the beginning of a kept range the cutter goes on with the base's bytes until it makes a cut
 * where the base has one; from there on all cuts are the base's (see {@link StreamCutter}). Near
 * the range's end a new cutter begins at one of those cuts, because what follows may join what is
 * there to a hole. In between, nothing of the base is read.
 *
 * <p>Not safe for use by several threads. After an exception it is broken.
 */
public final class DiskSplicer {

  /** Within so many chunks of the average length most cuts are the base's again. */
  private static final int CHUNKS_SOUGHT = 3;

  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final ChunkerParameters parameters;
  private final long sizeBytes;
  private final SpliceSink sink;
  private final @Nullable BaseDisk base;
  private final @Nullable BaseBytes bytes;

  /** Cuts from the last cut on; null where nothing has come since. */
  private @Nullable StreamCutter cutter;

  private @Nullable Rejoining rejoining;
  private byte @Nullable [] window;
  private long position;

  /** Where a kept range begins that has not been worked on and ends at the position, or -1. */
  private long keptFrom = -1;

  /** Cuts a disk of a known size that has no base. */
  public DiskSplicer(ChunkerParameters parameters, long sizeBytes, SpliceSink sink) {
    this(parameters, sizeBytes, null, sink, StreamCutter.ofSize(parameters, sizeBytes, sink));
  }

  /**
   * Cuts the rest of a disk of a known size that has no base.
   *
   * @param from where to begin: a cut or an edge of a hole
   */
  public static DiskSplicer from(
      long from, ChunkerParameters parameters, long sizeBytes, SpliceSink sink) {
    if (from == 0) {
      return new DiskSplicer(parameters, sizeBytes, sink);
    }
    DiskSplicer rest = new DiskSplicer(parameters, sizeBytes, null, sink, null);
    rest.position = from;
    return rest;
  }

  /** Cuts a disk of a known size against a base, which may have another size. */
  public DiskSplicer(ChunkerParameters parameters, long sizeBytes, BaseDisk base, SpliceSink sink) {
    this(parameters, sizeBytes, base, sink, null);
  }

  private DiskSplicer(
      ChunkerParameters parameters,
      long sizeBytes,
      @Nullable BaseDisk base,
      SpliceSink sink,
      @Nullable StreamCutter cutter) {
    this.parameters = parameters;
    this.sizeBytes = sizeBytes;
    this.base = base;
    this.bytes = base == null ? null : new BaseBytes(base);
    this.sink = sink;
    this.cutter = cutter;
  }

  /** The disk offset up to which the disk has come. */
  public long position() {
    return position;
  }

  /** Takes bytes. */
  public void data(byte[] buffer, int offset, int length) throws IOException {
    advance(length);
    settle(position - length);
    cutter(position - length).write(ByteBuffer.wrap(buffer, offset, length));
  }

  /** Takes zeros, in constant time and memory. */
  public void zeros(long length) throws IOException {
    advance(length);
    settle(position - length);
    cutter(position - length).zeros(length);
  }

  /**
   * Takes a range that is as in the base.
   *
   * @throws IllegalArgumentException if the base has no such range
   */
  public void keep(long length) throws IOException {
    if (base == null || length > base.map().sizeBytes() - position) {
      throw new IllegalArgumentException(
          "The base has no " + length + " bytes from " + position + " on");
    }
    advance(length);
    if (keptFrom < 0) {
      keptFrom = position - length;
    }
  }

  /**
   * Gives bytes of the base to a digest. The disk itself does not go on by this.
   *
   * @throws IllegalArgumentException if the base has no such range
   */
  public void digestBase(long offset, long length, MessageDigest digest) throws IOException {
    if (base == null || bytes == null || length > base.map().sizeBytes() - offset) {
      throw new IllegalArgumentException(
          "The base has no " + length + " bytes from " + offset + " on");
    }
    long at = offset;
    while (at < offset + length) {
      BaseBytes.Batch batch = bytes.at(at, offset + length);
      long end = Math.min(batch.end(), offset + length);
      if (!batch.isHole()) {
        digest.update(batch.bytes(), (int) (at - batch.start()), (int) (end - at));
        at = end;
      }
      while (at < end) {
        int zeros = (int) Math.min(ZEROS.length, end - at);
        digest.update(ZEROS, 0, zeros);
        at += zeros;
      }
    }
  }

  /** Ends the disk. */
  public void finish() throws IOException {
    settle(position);
    if (cutter != null) {
      cutter.finish();
    }
  }

  private void advance(long length) {
    if (length < 0 || length > sizeBytes - position) {
      throw new IllegalArgumentException(
          "A disk of " + sizeBytes + " bytes has no " + length + " from " + position + " on");
    }
    position += length;
  }

  /** The cutter, which begins at a disk offset if there is none. */
  private StreamCutter cutter(long from) {
    StreamCutter current = cutter;
    if (current == null) {
      if (window == null) {
        window = new byte[StreamCutter.windowBytes(parameters)];
      }
      Rejoining output = new Rejoining();
      rejoining = output;
      current = new StreamCutter(parameters, from, window, output);
      cutter = current;
    }
    return current;
  }

  /** Works on the kept range that ends at a disk offset, if there is one. */
  private void settle(long end) throws IOException {
    if (keptFrom >= 0) {
      long from = keptFrom;
      keptFrom = -1;
      splice(Objects.requireNonNull(base), Objects.requireNonNull(bytes), from, end);
    }
  }

  private void splice(BaseDisk disk, BaseBytes content, long from, long end) throws IOException {
    long until = lastSettledCut(disk, content, from, end);
    long at = from;
    if (until > from) {
      long joined = from;
      if (cutter != null) {
        Rejoining output = Objects.requireNonNull(rejoining);
        output.begin(from, until);
        while (at < until && output.joinedAt < 0) {
          at = feed(content, at, until);
        }
        output.end();
        joined = output.joinedAt;
      }
      if (joined >= 0) {
        sink.keep(joined, until);
        cutter = null;
        at = until;
      }
    }
    while (at < end) {
      at = feed(content, at, end);
    }
  }

  /**
   * The last cut or edge of a hole of the base, up to the end of a kept range, that stays one
   * whatever follows the range; or 0.
   *
   * <p>What follows moves a cut only by making a hole with the zeros before it. So a block that is
   * not zero settles all before it; and with zeros up to the end, what is further away than the
   * shortest hole is settled, since it is in a hole of the base already or in none.
   */
  private long lastSettledCut(BaseDisk disk, BaseBytes content, long from, long end)
      throws IOException {
    if (end == sizeBytes && end == disk.map().sizeBytes()) {
      return end;
    }
    long blockEnd = end - end % BLOCK_BYTES;
    if (blockEnd - BLOCK_BYTES < from) {
      return 0;
    }
    long limit =
        content.isZero(blockEnd - BLOCK_BYTES, BLOCK_BYTES, end)
            ? blockEnd - BLOCK_BYTES - parameters.holeBytes()
            : blockEnd;
    if (limit <= from) {
      return 0;
    }
    // A hole that begins at the limit may be none any more, and the disk may go on behind the base.
    return disk.map().at(Math.min(limit, disk.map().sizeBytes()) - 1).offset();
  }

  /** Gives the cutter bytes of the base from a disk offset on, and returns how far they went. */
  private long feed(BaseBytes content, long from, long end) throws IOException {
    StreamCutter current = cutter(from);
    Rejoining output = Objects.requireNonNull(rejoining);
    boolean seeking = output.isSeeking();
    long wanted = seeking ? from + (long) CHUNKS_SOUGHT * parameters.averageBytes() : end;
    BaseBytes.Batch batch = content.at(from, Math.min(wanted, end));
    if (seeking) {
      batch.extents().forEach(extent -> output.cuts.add(extent.end()));
      if (batch.start() == from) {
        output.cuts.add(from);
      }
    }
    long to = Math.min(batch.end(), end);
    if (batch.isHole()) {
      current.zeros(to - from);
    } else {
      int offset = (int) (from - batch.start());
      current.write(ByteBuffer.wrap(batch.bytes(), offset, (int) (to - from)));
    }
    while (seeking && output.joinedAt < 0 && current.cutEarly()) {
      // Each cut that is known already may save fetching more of the base.
    }
    return to;
  }

  /** Passes on what the cutter finds, until that is the base's again. */
  private final class Rejoining implements CutSink {

    /** Where the base has cuts, as far as it was read. */
    private final Set<Long> cuts = new HashSet<>();

    private long from = Long.MAX_VALUE;
    private long until;
    private long joinedAt = -1;

    void begin(long rangeFrom, long rangeUntil) {
      from = rangeFrom;
      until = rangeUntil;
      cuts.clear();
    }

    void end() {
      from = Long.MAX_VALUE;
    }

    boolean isSeeking() {
      return from < Long.MAX_VALUE;
    }

    @Override
    public void chunk(long offset, byte[] array, int at, int length) throws IOException {
      if (joinedAt < 0) {
        sink.chunk(offset, array, at, length);
        found(offset + length);
      }
    }

    @Override
    public void hole(long offset, long length) throws IOException {
      if (joinedAt < 0) {
        sink.hole(offset, length);
        found(offset + length);
      }
    }

    private void found(long cut) {
      if (cut >= from && cut < until && cuts.contains(cut)) {
        joinedAt = cut;
      }
    }
  }
}
