package dozo.format.pack;

import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What reading a pack without its key found.
 *
 * @param segments how many segments have sound sealed bytes
 * @param damages what is wrong, in the order of the file
 */
public record PackCheck(int segments, List<Damage> damages) {

  /** Keeps a copy. */
  public PackCheck {
    damages = List.copyOf(damages);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return damages.isEmpty();
  }

  static PackCheck of(RangedInput input, PackReader reader) throws IOException {
    Count count = new Count();
    PackTrailer trailer = reader.trailer();
    PackScanner.scan(input, trailer.fileLength() - PackTrailer.BYTES, count);
    if (count.damages.isEmpty()
        && (count.segments != trailer.segmentCount()
            || count.directoryOffset != trailer.directoryOffset()
            || count.parityLength != trailer.parityLength())) {
      count.damages.add(
          new Damage(
              trailer.directoryOffset(), 0, "The trailer tells other records than there are"));
    }
    return new PackCheck(count.segments, count.damages);
  }

  /** Counts records and checks that their ordinals go up one by one. */
  private static final class Count implements PackScanner.Visitor {

    private final List<Damage> damages = new ArrayList<>();
    private int segments;
    private int nextOrdinal;
    private long directoryOffset = -1;
    private long parityLength;

    @Override
    public void record(long offset, RecordHeader header, boolean sound, byte[] record) {
      if (!sound) {
        damages.add(
            new Damage(offset, header.recordLength(), "The checksum of the sealed bytes differs"));
      } else if (header.ordinal() != nextOrdinal
          || directoryOffset >= 0 != (header.type() == RecordType.PARITY)) {
        damages.add(new Damage(offset, header.recordLength(), "The record is out of its place"));
      } else if (header.type() == RecordType.SEGMENT) {
        segments++;
      }
      if (header.type() == RecordType.DIRECTORY) {
        directoryOffset = offset;
      } else if (header.type() == RecordType.PARITY) {
        parityLength += header.recordLength();
      }
      nextOrdinal = header.ordinal() + 1;
    }

    @Override
    public void gap(long offset, long lengthBytes) {
      damages.add(new Damage(offset, lengthBytes, "There is no record where one should begin"));
      nextOrdinal++;
    }
  }
}
