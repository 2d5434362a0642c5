package dozo.repository.ingest;

import dozo.format.pack.PackBuilder;
import dozo.format.seal.SegmentRecord;
import java.io.IOException;

/** Takes what a {@link PackWriter} has to tell, on the writer's thread. */
interface PackSink {

  /** A pack is on stable storage. Whoever waits for it is told after this returns. */
  void published(InFlightPack pack, PackBuilder contents);

  /** A segment will be in no pack. */
  void failed(InFlightSegment segment, IOException cause);

  /** A record is no longer needed. */
  void recycle(SegmentRecord record);
}
