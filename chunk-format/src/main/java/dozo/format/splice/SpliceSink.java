package dozo.format.splice;

import dozo.format.chunk.CutSink;
import java.io.IOException;

/** Takes chunks, holes, and stretches of the base in the order of the disk, without a gap. */
public interface SpliceSink extends CutSink {

  /**
   * The runs of the base from one disk offset to another are those of the new disk.
   *
   * @param from where a run of the base begins, or in a hole
   * @param to where a run of the base ends
   */
  void keep(long from, long to) throws IOException;
}
