package dozo.client;

import dozo.client.source.ChangeList;
import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A disk of which only the changes against a base are read, and a few samples of the rest, so that
 * a wrong list of changes is found out.
 */
final class ChangedContent implements FrozenContent {

  static final int SAMPLE_BYTES = 64 << 10;
  private static final int SAMPLES = 16;
  private static final int MAXIMUM_SAMPLES = 256;
  private static final long BYTES_A_SAMPLE = 4L << 30;

  private final FrozenContent disk;
  private final ChangeList changes;
  private final long baseBytes;

  /** Where samples begin, at multiples of their size. */
  private final NavigableSet<Long> samples = new TreeSet<>();

  /**
   * Draws the samples.
   *
   * @param baseBytes the base's size; what lies behind it has changed in any case
   */
  ChangedContent(FrozenContent disk, ChangeList changes, long baseBytes, RandomGenerator random) {
    this.disk = disk;
    this.changes = changes;
    this.baseBytes = baseBytes;
    long places = Math.min(baseBytes, disk.sizeBytes()) / SAMPLE_BYTES;
    for (int i = 0; i < Math.min(samples(disk.sizeBytes()), places); i++) {
      samples.add(random.nextLong(places) * SAMPLE_BYTES);
    }
  }

  /** How many samples are taken of a disk of some size. */
  static long samples(long sizeBytes) {
    return Math.min(MAXIMUM_SAMPLES, SAMPLES + sizeBytes / BYTES_A_SAMPLE);
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public Run runAt(long offset) throws IOException {
    if (offset >= baseBytes) {
      return disk.runAt(offset);
    }
    Optional<ChangeList.Range> change = changes.next(offset);
    if (change.isPresent() && change.get().offset() == offset) {
      return disk.runAt(offset).upTo(change.get().end());
    }
    long end = Math.min(baseBytes, disk.sizeBytes());
    if (change.isPresent()) {
      end = Math.min(end, change.get().offset());
    }
    Long sample = samples.ceiling(offset);
    if (sample == null || sample + SAMPLE_BYTES > end) {
      return new Run(offset, end - offset, Run.Kind.KEPT);
    }
    return sample == offset
        ? new Run(offset, SAMPLE_BYTES, Run.Kind.CHECKED)
        : new Run(offset, sample - offset, Run.Kind.KEPT);
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    disk.read(offset, target);
  }
}
