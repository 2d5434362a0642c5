package dozo.format.chunk;

import static dozo.format.chunk.ChunkerParameters.BLOCK_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts one disk, fed in order, into chunks and holes.
 *
 * <p>A <i>hole</i> is a run of zero blocks of at least the length that the parameters say; blocks
 * are 4 KiB of the disk, and one that the end of the disk cuts short counts by the bytes it has. A
 * hole is never hashed nor stored, and the chunk before ends where it begins. Shorter runs of zeros
 * are data.
 *
 * <p>The bytes lie in one array, the window, until they are cut; they are copied into it once, or
 * written into it by the caller ({@link #window}, {@link #position}, {@link #room}, {@link
 * #advance}). When it is full, the remainder that is not yet cut, shorter than the longest chunk
 * and the shortest hole together, moves to the front of the next one.
 *
 * <p><b>Cutting again only around a change.</b> Where the content of a disk changed in {@code [a,
 * b)}, the cuts stay the same up to any cut or edge of a hole that lies at least a hole's length
 * before {@code a}: a cutter may begin there. They are the same again from the first cut or edge of
 * a hole after {@code b} on at which the old disk had one too: there it may be abandoned without
 * {@link #finish}.
 *
 * <p>Not safe for use by several threads. After an exception the cutter is broken.
 */
public final class StreamCutter {

  private static final byte[] ZEROS = new byte[BLOCK_BYTES];
  private static final int SPARE_WINDOW_BYTES = 1 << 20;

  private final Chunker chunker;
  private final int holeBytes;
  private final CutSink sink;

  private byte[] window;

  /** The disk offset of the window's first byte. */
  private long base;

  // Places in the window, in ascending order. Between chunkFrom and zerosFrom lies what is known to
  // be data; from there to scanned, zero blocks that may yet become a hole; from there to filled,
  // part of a block.
  private int chunkFrom;
  private int zerosFrom;
  private int scanned;
  private int filled;

  /** The disk offset of the hole that reaches up to {@code scanned}, or -1 if none does. */
  private long holeFrom = -1;

  private boolean finished;

  /** Cuts from the beginning of a disk, with a window of its own. */
  public StreamCutter(ChunkerParameters parameters, CutSink sink) {
    this(parameters, 0, new byte[windowBytes(parameters)], sink);
  }

  /**
   * Cuts from {@code offset} on.
   *
   * @param offset the disk offset to begin at: 0, or a cut or an edge of a hole
   * @param window the first window, of at least {@link #windowBytes} bytes
   */
  public StreamCutter(ChunkerParameters parameters, long offset, byte[] window, CutSink sink) {
    this(window, offset, parameters, sink);
    if (window.length < windowBytes(parameters)) {
      throw new IllegalArgumentException(
          "A window of "
              + parameters
              + " has at least "
              + windowBytes(parameters)
              + " bytes, not "
              + window.length);
    }
  }

  private StreamCutter(byte[] window, long offset, ChunkerParameters parameters, CutSink sink) {
    if (offset < 0) {
      throw new IllegalArgumentException("A disk offset is not negative: " + offset);
    }
    this.chunker = parameters.chunker();
    this.holeBytes = parameters.holeBytes();
    this.base = offset;
    this.window = window;
    this.sink = sink;
  }

  /**
   * Cuts a disk of a known size from its beginning. One that is smaller than a window gets a window
   * that is just large enough, so that many small files need little memory.
   *
   * @param sizeBytes the most bytes that will come
   */
  public static StreamCutter ofSize(ChunkerParameters parameters, long sizeBytes, CutSink sink) {
    long enough = sizeBytes + BLOCK_BYTES;
    int length = (int) Math.min(enough, windowBytes(parameters));
    return new StreamCutter(new byte[length], 0, parameters, sink);
  }

  /**
   * The length of the shortest window in bytes: what may have to be carried over, and 1 MiB so that
   * this is seldom.
   */
  public static int windowBytes(ChunkerParameters parameters) {
    return parameters.maximumBytes() + parameters.holeBytes() + BLOCK_BYTES + SPARE_WINDOW_BYTES;
  }

  /** The disk offset up to which the cutter has been fed. */
  public long offset() {
    return base + filled;
  }

  /** The array into which the next bytes go, from {@link #position} on. */
  public byte[] window() {
    return window;
  }

  /** The place in the window where the next byte goes. */
  public int position() {
    return filled;
  }

  /** How many bytes may be written into the window now; at least 1. */
  public int room() {
    return window.length - filled;
  }

  /**
   * Takes bytes that the caller has written into the window.
   *
   * @param length their number, up to {@link #room}
   */
  public void advance(int length) throws IOException {
    if (length < 0 || length > room()) {
      throw new IllegalArgumentException("The window has room for " + room() + ", not " + length);
    }
    if (finished) {
      throw new IllegalStateException("The disk is finished at " + offset());
    }
    filled += length;
    while (filled - scanned >= blockLength()) {
      int block = blockLength();
      scan(block, block == BLOCK_BYTES && isZero(block));
    }
    if (filled == window.length) {
      turn();
    }
  }

  /** Takes the bytes from the buffer's position to its limit, and advances it. */
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int length = Math.min(room(), bytes.remaining());
      bytes.get(window, filled, length);
      advance(length);
    }
  }

  /**
   * Takes {@code length} zero bytes. A hole of any length costs no more than the blocks that make
   * it one.
   */
  public void zeros(long length) throws IOException {
    if (length < 0 || offset() + length < 0) {
      throw new IllegalArgumentException("A disk has no range of " + length + " at " + offset());
    }
    long left = length;
    while (left > 0) {
      if (holeFrom >= 0 && filled == scanned && left >= BLOCK_BYTES) {
        base += left & -BLOCK_BYTES;
        left &= BLOCK_BYTES - 1;
      } else {
        int step = (int) Math.min(Math.min(left, BLOCK_BYTES - offset() % BLOCK_BYTES), room());
        Arrays.fill(window, filled, filled + step, (byte) 0);
        advance(step);
        left -= step;
      }
    }
  }

  /**
   * Cuts one chunk more if it is known where it ends, although less has come than the longest one
   * needs. Otherwise it is cut in time by itself; this looks at the bytes once more, for those who
   * would have to fetch more of them.
   *
   * @return whether there was one
   */
  public boolean cutEarly() throws IOException {
    int known = zerosFrom - chunkFrom;
    if (holeFrom >= 0 || known <= 0) {
      return false;
    }
    int length = chunker.cut(base + chunkFrom, window, chunkFrom, zerosFrom);
    if (length == known) {
      return false;
    }
    sink.chunk(base + chunkFrom, window, chunkFrom, length);
    chunkFrom += length;
    return true;
  }

  /** Ends the disk here: what is left becomes chunks or a hole. */
  public void finish() throws IOException {
    if (filled > scanned) {
      scan(filled - scanned, isZero(filled - scanned));
    }
    finished = true;
    if (holeFrom >= 0) {
      closeHole(filled);
    } else {
      cutWhileLonger(filled, 0);
    }
  }

  /**
   * The length of the block that begins at {@code scanned}: shorter only where a cut was inside.
   */
  private int blockLength() {
    return BLOCK_BYTES - (int) ((base + scanned) % BLOCK_BYTES);
  }

  private boolean isZero(int length) {
    return Arrays.mismatch(window, scanned, scanned + length, ZEROS, 0, length) < 0;
  }

  private void scan(int block, boolean zero) throws IOException {
    int from = scanned;
    scanned += block;
    if (zero) {
      if (holeFrom < 0 && scanned - zerosFrom >= holeBytes) {
        cutWhileLonger(zerosFrom, 0);
        holeFrom = base + zerosFrom;
      }
    } else {
      if (holeFrom >= 0) {
        closeHole(from);
      }
      zerosFrom = scanned;
      cutWhileLonger(zerosFrom, chunker.maximumBytes() - 1);
    }
  }

  private void closeHole(int end) throws IOException {
    sink.hole(holeFrom, base + end - holeFrom);
    holeFrom = -1;
    chunkFrom = end;
    zerosFrom = end;
  }

  private void cutWhileLonger(int end, int rest) throws IOException {
    while (end - chunkFrom > rest) {
      int length = chunker.cut(base + chunkFrom, window, chunkFrom, end);
      sink.chunk(base + chunkFrom, window, chunkFrom, length);
      chunkFrom += length;
    }
  }

  /** Goes on in the next window. */
  private void turn() throws IOException {
    int keepFrom = holeFrom >= 0 ? scanned : chunkFrom;
    if (keepFrom == 0) {
      throw new IllegalStateException("More bytes came than the " + window.length + " expected");
    }
    byte[] next = sink.nextWindow(window);
    if (next.length != window.length) {
      throw new IllegalStateException(
          "The next window has " + next.length + " bytes, not " + window.length);
    }
    System.arraycopy(window, keepFrom, next, 0, filled - keepFrom);
    window = next;
    base += keepFrom;
    filled -= keepFrom;
    scanned -= keepFrom;
    zerosFrom = holeFrom >= 0 ? scanned : zerosFrom - keepFrom;
    chunkFrom = holeFrom >= 0 ? scanned : 0;
  }
}
