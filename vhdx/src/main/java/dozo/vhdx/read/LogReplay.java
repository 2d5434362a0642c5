package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the sequence of log entries that was being applied when the file was last written (MS-VHDX
 * 2.3.2), and collects what it changes, without writing anything.
 */
final class LogReplay {

  private final LogRing ring;
  private final FileHeader header;
  private final Place log;
  private final LogOverlay overlay = new LogOverlay();
  private long zeroed;

  private LogReplay(LogRing ring, FileHeader header, Place log) {
    this.ring = ring;
    this.header = header;
    this.log = log;
  }

  /**
   * Collects the changes of a file's log.
   *
   * @return nothing to change if the log is empty
   * @throws VhdxException if there should be entries and none are whole, or if they would change
   *     what a log must not
   */
  static LogOverlay read(ByteSource source, HeaderSection headers) throws IOException {
    FileHeader header = headers.current();
    Place log = new Place(source.name(), "log", header.logOffset());
    if (!header.hasLog()) {
      return new LogOverlay();
    }
    if (header.logLength() == 0) {
      throw log.corrupt("entries for log " + Guid.text(header.logGuid()), "an empty log");
    }
    LogRing ring = new LogRing(source, header.logOffset(), (int) header.logLength());
    LogReplay replay = new LogReplay(ring, header, log);
    List<LogEntry> sequence = replay.activeSequence();
    LogEntry head = sequence.getLast();
    Place last = log.at("log entry", ring.fileOffset(head.start()));
    if (Long.compareUnsigned(head.flushedFileOffset(), headers.fileBytes()) > 0) {
      throw last.corrupt(
          "a file of at least %s bytes".formatted(Long.toUnsignedString(head.flushedFileOffset())),
          headers.fileBytes() + " bytes");
    }
    if (Long.compareUnsigned(head.lastFileOffset(), VhdxFormat.MAX_FILE_BYTES) > 0) {
      throw last.limit(
          "a file of at most %d bytes".formatted(VhdxFormat.MAX_FILE_BYTES),
          Long.toUnsignedString(head.lastFileOffset()));
    }
    for (LogEntry entry : sequence) {
      replay.apply(entry);
    }
    replay.overlay.extendTo(head.lastFileOffset());
    return replay.overlay;
  }

  /** Finds the newest sequence that is complete, from its tail to its head. */
  private List<LogEntry> activeSequence() throws IOException {
    List<LogEntry> best = List.of();
    int position = 0;
    while (position < ring.length()) {
      List<LogEntry> run = runFrom(position);
      if (run.isEmpty()) {
        position += LogRing.SECTOR;
        continue;
      }
      LogEntry head = run.getLast();
      if (best.isEmpty()
          || Long.compareUnsigned(head.sequenceNumber(), best.getLast().sequenceNumber()) > 0) {
        int tail = indexOfStart(run, head.tail());
        if (tail >= 0) {
          best = List.copyOf(run.subList(tail, run.size()));
        }
      }
      // Every start inside a run ends at the same head, and a tail that is missing from the run is
      // missing from its rest, so the run is passed over as a whole. The sum may overrun the ring
      // when the run goes around its end.
      long next = (long) position + run.stream().mapToLong(LogEntry::length).sum();
      position = (int) Math.min(next, ring.length());
    }
    if (best.isEmpty()) {
      throw log.corrupt(
          "a complete sequence of entries for log " + Guid.text(header.logGuid()), "none");
    }
    return best;
  }

  /** Follows entries with successive numbers, at most once around the ring. */
  private List<LogEntry> runFrom(int position) throws IOException {
    List<LogEntry> run = new ArrayList<>();
    long total = 0;
    while (total < ring.length()) {
      int start = (int) ((position + total) % ring.length());
      Optional<LogEntry> next = LogEntry.parse(ring, start, header);
      if (next.isEmpty()
          || (!run.isEmpty() && next.get().sequenceNumber() != run.getLast().sequenceNumber() + 1)
          || total + next.get().length() > ring.length()) {
        break;
      }
      run.add(next.get());
      total += next.get().length();
    }
    return run;
  }

  private static int indexOfStart(List<LogEntry> run, int start) {
    for (int i = run.size() - 1; i >= 0; i--) {
      if (run.get(i).start() == start) {
        return i;
      }
    }
    return -1;
  }

  private void apply(LogEntry entry) throws IOException {
    int dataSectors = 0;
    for (int i = 0; i < entry.descriptors(); i++) {
      ByteBuffer descriptor = entry.descriptor(ring, i);
      Place place = log.at("log descriptor", ring.fileOffset(entry.descriptorAt(i)));
      long target = descriptor.getLong(16);
      if (descriptor.getInt(0) == LogEntry.DATA_DESCRIPTOR) {
        requireTarget(target, VhdxFormat.PAGE, place);
        long sector = ring.fileOffset(entry.dataSectorAt(dataSectors++));
        overlay.putPage(target, descriptor.getLong(8), descriptor.getInt(4), sector);
      } else {
        long length = descriptor.getLong(8);
        if (length < 0 || length > VhdxFormat.MAX_LOG_ZERO_BYTES - zeroed) {
          throw place.limit(
              "at most %d bytes of zeros in one log".formatted(VhdxFormat.MAX_LOG_ZERO_BYTES),
              Long.toUnsignedString(length) + " after " + zeroed);
        }
        zeroed += length;
        if (length > 0) {
          requireTarget(target, length, place);
          overlay.putZeros(target, length);
        }
      }
    }
  }

  /** The log may change region tables and whatever stands behind the header section. */
  private void requireTarget(long target, long length, Place place) throws VhdxException {
    if (target < 0 || target > VhdxFormat.MAX_LOG_TARGET - length) {
      throw place.limit(
          "a target that ends below %d".formatted(VhdxFormat.MAX_LOG_TARGET),
          Long.toUnsignedString(target));
    }
    long end = target + length;
    boolean regionTable =
        target >= VhdxFormat.REGION_TABLE_1_OFFSET
            && end <= VhdxFormat.REGION_TABLE_2_OFFSET + VhdxFormat.TABLE_BYTES;
    boolean inLog = target < header.logOffset() + header.logLength() && end > header.logOffset();
    if ((target < VhdxFormat.HEADER_SECTION_BYTES && !regionTable) || inLog) {
      throw place.corrupt(
          "a target in the region tables or behind the header section, and not in the log",
          "%d to %d".formatted(target, end));
    }
  }
}
