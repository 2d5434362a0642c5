package dozo.format.chunk;

import java.io.IOException;

/**
 * Takes what a {@link StreamCutter} finds: chunks and holes in the order of the disk, without a
 * gap. What a method throws comes out of the cutter's method that called it; the cutter is then
 * broken.
 */
public interface CutSink {

  /**
   * A chunk was found.
   *
   * @param offset the disk offset of its first byte
   * @param window the array that holds its bytes; they stay as they are until {@link #nextWindow}
   *     gives the array back to the cutter, and must not be written
   * @param from the place of its first byte in the array
   * @param length its length in bytes, at least 1
   */
  void chunk(long offset, byte[] window, int from, int length) throws IOException;

  /**
   * A hole was found. No two holes are neighbours.
   *
   * @param offset the disk offset where it begins
   * @param length its length in bytes
   */
  void hole(long offset, long length) throws IOException;

  /**
   * The cutter is done with an array, but for a remainder that it copies to the next. A sink whose
   * chunks are still being worked on elsewhere keeps this array and returns another, for which it
   * may wait.
   *
   * @param window the array that the last chunks were in
   * @return the array to go on with, of the same length; the same one if nothing in it is needed
   */
  default byte[] nextWindow(byte[] window) throws IOException {
    return window;
  }
}
