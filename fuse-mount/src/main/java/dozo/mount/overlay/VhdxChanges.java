package dozo.mount.overlay;

import dozo.vhdx.read.Span;
import dozo.vhdx.read.VhdxChain;
import dozo.vhdx.read.VhdxFile;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds out which ranges of a disk differ, when a VHDX image was written to as a file. A byte of
 * the disk can differ if its block lies elsewhere in the file than before, or in the same place
 * that was written to. What the file's log still has to change is seen through.
 */
public final class VhdxChanges {
  private final VhdxImage before;
  private final VhdxFile now;
  private final TreeMap<Long, Long> written = new TreeMap<>();
  private final List<WrittenRange> changed = new ArrayList<>();

  private VhdxChanges(VhdxImage before, VhdxFile now, List<WrittenRange> written) {
    this.before = before;
    this.now = now;
    written.forEach(range -> this.written.put(range.offset(), range.end()));
  }

  /**
   * Lists what may differ, in order.
   *
   * @param before the image as it was
   * @param now the file as it is
   * @param written which ranges of the file may have been written to
   */
  public static List<WrittenRange> of(VhdxImage before, VhdxChain now, List<WrittenRange> written)
      throws IOException {
    VhdxChanges changes = new VhdxChanges(before, now.leaf(), written);
    changes.find();
    return changes.changed;
  }

  private void find() throws IOException {
    long size = now.disk().sizeBytes();
    if (now.blockBytes() != before.blockBytes() || now.kind() == VhdxFile.Kind.DIFFERENCING) {
      add(0, size);
      return;
    }
    for (long at = 0; at < size; ) {
      Span span = now.spanAt(at);
      for (long block = at; block < span.end(); block += before.blockBytes()) {
        long end = Math.min(span.end(), block + before.blockBytes());
        if (span.origin() == Span.Origin.FILE) {
          compareBlock(block, end, span.fileOffset() + block - span.offset());
        } else if (block >= before.disk().sizeBytes() || before.hasPlace(block)) {
          add(block, end);
        }
      }
      at = span.end();
    }
  }

  private void compareBlock(long block, long end, long fileOffset) {
    long fileEnd = fileOffset + end - block;
    boolean samePlace =
        end <= before.disk().sizeBytes()
            && before.hasPlace(block)
            && before.fileOffsetOf(block) == fileOffset;
    if (!samePlace || now.isReplayed(fileOffset, fileEnd)) {
      add(block, end);
      return;
    }
    long at = fileOffset;
    Map.Entry<Long, Long> range = written.floorEntry(at);
    if (range == null || range.getValue() <= at) {
      range = written.higherEntry(at);
    }
    while (range != null && range.getKey() < fileEnd) {
      long from = Math.max(at, range.getKey());
      long to = Math.min(fileEnd, range.getValue());
      add(block + from - fileOffset, block + to - fileOffset);
      range = written.higherEntry(range.getKey());
    }
  }

  private void add(long offset, long end) {
    if (!changed.isEmpty() && changed.getLast().end() == offset) {
      changed.add(new WrittenRange(changed.removeLast().offset(), end));
    } else {
      changed.add(new WrittenRange(offset, end));
    }
  }
}
