package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The disk that an image presents. It never changes. May be read from any number of threads. */
public interface DiskContent {

  /** Size in bytes, from 1 to 64 TiB; if it is no multiple of a sector, zeros are added. */
  long sizeBytes();

  /**
   * Says whether there may be data at an offset, and how far that goes.
   *
   * <p>The answer may be coarse: it may call zeros data, which only costs room in the file, but
   * never data zeros. So a map that is a tree can answer from its upper nodes. It must always be
   * the same, because the layout of the file follows from it. When it is made, an image asks once
   * for each run of zeros and at most once more for each block, and reads nothing.
   *
   * @param offset from 0 to the size, exclusive
   * @return a run that begins at the offset, the longer the better; what lies behind the disk's end
   *     is ignored
   */
  Extent extentAt(long offset) throws IOException;

  /**
   * Fills the buffer.
   *
   * @param offset on the disk; offset and remaining space together never exceed the size
   */
  void read(long offset, ByteBuffer target) throws IOException;
}
