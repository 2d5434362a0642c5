package dozo.format.disk;

import dozo.format.seal.PackedSegment;
import java.util.List;

/** Takes the segments that {@link PackedSource#fetchPacked} brings. */
@FunctionalInterface
public interface PackedConsumer {

  /**
   * Takes one segment, all of whose chunks were asked for. Called in any order and on any thread,
   * also on several at once.
   *
   * @param indices the places of its chunks in the list that was asked for, in its order; a chunk
   *     that was asked for twice has two
   * @param segment of 512 KiB at the most, valid during the call only
   */
  void accept(List<Integer> indices, PackedSegment segment);
}
