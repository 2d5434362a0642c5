package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.BatEntry;
import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.Region;
import dozo.vhdx.format.RegionTable;
import dozo.vhdx.format.VhdxFormat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * One VHDX file, checked as a whole: what it says of itself, and which runs of the disk it holds.
 * To read the disk, open a {@link VhdxChain}, which has the parents too.
 *
 * <p>May be used by many threads, except while it is closed.
 */
public final class VhdxFile implements Closeable {

  /** How a file keeps its blocks. */
  public enum Kind {
    /** All blocks were allocated when the file was made. */
    FIXED,
    /** Blocks are allocated when they are written. */
    DYNAMIC,
    /** Holds what differs from a parent. */
    DIFFERENCING
  }

  private final ByteSource source;
  private final HeaderSection headers;
  private final ReplayedSource replayed;
  private final DiskParameters parameters;
  private final Bat bat;
  private final SectorBitmaps bitmaps;
  private final Place payload;
  private final List<String> warnings;

  private VhdxFile(
      ByteSource source,
      HeaderSection headers,
      ReplayedSource replayed,
      DiskParameters parameters,
      Bat bat,
      List<String> warnings) {
    this.source = source;
    this.headers = headers;
    this.replayed = replayed;
    this.parameters = parameters;
    this.bat = bat;
    this.bitmaps = new SectorBitmaps(replayed, source.name());
    this.payload = new Place(source.name(), "payload block", 0);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Opens a file and checks all of it but its payload. This reads the whole block table once: 8
   * bytes for each block of the disk.
   *
   * @param source closed by {@link #close}; the caller's to close if opening fails
   * @throws VhdxException if the file breaks the format or asks for more than is granted
   */
  public static VhdxFile open(ByteSource source) throws IOException {
    return open(source, HeaderSection.read(source));
  }

  static VhdxFile open(ByteSource source, HeaderSection headers) throws IOException {
    List<String> warnings = new ArrayList<>(headers.warnings());
    ReplayedSource replayed =
        new ReplayedSource(source, headers.fileBytes(), LogReplay.read(source, headers));
    RegionTable regions = RegionTables.read(replayed, source.name(), warnings);
    Region metadata = regions.region(Region.METADATA);
    DiskParameters parameters = DiskParameters.read(replayed, metadata, source.name(), warnings);
    BatGeometry geometry =
        BatGeometry.of(parameters.disk(), parameters.blockBytes(), parameters.parent().isPresent());
    Region table = regions.region(Region.BAT);
    long needed = geometry.entries() * BatGeometry.ENTRY_BYTES;
    if (needed > table.length()) {
      throw new Place(source.name(), "block table", table.offset())
          .corrupt(
              "%d bytes for a disk of %d".formatted(needed, geometry.diskBytes()),
              table.length() + " bytes");
    }
    Bat bat = new Bat(geometry, table, replayed, source.name());
    BatCheck.check(bat, headers.current(), regions, replayed.length(), warnings);
    return new VhdxFile(source, headers, replayed, parameters, bat, warnings);
  }

  /** The file's name, as its source gives it. */
  public String name() {
    return source.name();
  }

  /** How the file keeps its blocks. */
  public Kind kind() {
    if (parameters.parent().isPresent()) {
      return Kind.DIFFERENCING;
    }
    return parameters.fixed() ? Kind.FIXED : Kind.DYNAMIC;
  }

  /** The virtual disk, as this file describes it. */
  public VirtualDisk disk() {
    return parameters.disk();
  }

  /** Size of a payload block in bytes. */
  public int blockBytes() {
    return parameters.blockBytes();
  }

  /** The GUID by which a child knows this file; it changes whenever the disk's content does. */
  public UUID dataWriteGuid() {
    return headers.current().dataWriteGuid();
  }

  /** What the file says of its parent, if it has one. */
  public Optional<ParentLocator> parent() {
    return parameters.parent();
  }

  /** Which program made the file, fit for printing. */
  public String creator() {
    return headers.creator();
  }

  /** Whether the file was not closed properly, so that its log had to be replayed. */
  public boolean hadLog() {
    return headers.current().hasLog();
  }

  /**
   * Whether the log changes anything in a range of the file, so that what stands there is not what
   * is read there.
   *
   * @param end the offset just behind the range
   */
  public boolean isReplayed(long offset, long end) {
    return replayed.isPatched(offset, end);
  }

  /** What is odd about the file and yet allowed, in sentences for an admin. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Checks that nobody has written to the file since it was opened: every writer changes the header
   * first. To be called when all that was needed has been read.
   *
   * @throws VhdxException if length or header are not what they were
   */
  public void requireUnchanged() throws IOException {
    HeaderSection now = HeaderSection.read(source);
    FileHeader before = headers.current();
    if (now.fileBytes() != headers.fileBytes() || !now.current().equals(before)) {
      throw new Place(name(), "header", VhdxFormat.HEADER_1_OFFSET)
          .changed(
              "sequence number %s and %d bytes, as when it was opened"
                  .formatted(Long.toUnsignedString(before.sequenceNumber()), headers.fileBytes()),
              "%s and %d bytes"
                  .formatted(
                      Long.toUnsignedString(now.current().sequenceNumber()), now.fileBytes()));
    }
  }

  /**
   * Says who holds the disk's content from an offset on.
   *
   * @param offset from 0 to the disk's size, exclusive
   */
  public Span spanAt(long offset) throws IOException {
    Objects.checkIndex(offset, disk().sizeBytes());
    return spanAt(offset, disk().sizeBytes());
  }

  /**
   * Says who holds a range, or its first part.
   *
   * @param end more than the offset, at most the disk's size
   */
  Span spanAt(long offset, long end) throws IOException {
    int block = (int) (offset / blockBytes());
    long entry = bat.payload(block);
    if (BatEntry.state(entry) == BatEntry.PARTIALLY_PRESENT) {
      return partialSpan(offset, end, block, entry);
    }
    Span.Origin origin = origin(entry);
    long inBlock = offset % blockBytes();
    long fileOffset = origin == Span.Origin.FILE ? BatEntry.fileOffset(entry) + inBlock : 0;
    long spanEnd = endOf(block);
    while (spanEnd < end) {
      long next = bat.payload(++block);
      boolean goesOn =
          BatEntry.state(next) != BatEntry.PARTIALLY_PRESENT
              && origin(next) == origin
              && (origin != Span.Origin.FILE
                  || BatEntry.fileOffset(next) == fileOffset + (spanEnd - offset));
      if (!goesOn) {
        break;
      }
      spanEnd = endOf(block);
    }
    return new Span(offset, Math.min(spanEnd, end) - offset, origin, fileOffset);
  }

  private long endOf(int block) {
    return bat.geometry().diskOffset(block) + blockBytes();
  }

  private Span.Origin origin(long entry) {
    return switch (BatEntry.state(entry)) {
      case BatEntry.FULLY_PRESENT -> Span.Origin.FILE;
      case BatEntry.NOT_PRESENT ->
          bat.geometry().differencing() ? Span.Origin.PARENT : Span.Origin.ZERO;
      default -> Span.Origin.ZERO;
    };
  }

  private Span partialSpan(long offset, long end, int block, long entry) throws IOException {
    int sectorBytes = disk().logicalSectorBytes();
    long bitmap = BatEntry.fileOffset(bat.bitmap(block));
    int firstBlock = block - block % bat.geometry().chunkRatio();
    long chunk = bat.geometry().diskOffset(firstBlock);
    int first = (int) ((offset - chunk) / sectorBytes);
    long stop = Math.min(end, endOf(block));
    int last = (int) Math.ceilDiv(stop - chunk, sectorBytes);
    long runEnd = chunk + (long) bitmaps.runEnd(bitmap, first, last) * sectorBytes;
    long length = Math.min(runEnd, stop) - offset;
    return bitmaps.isSet(bitmap, first)
        ? new Span(
            offset, length, Span.Origin.FILE, BatEntry.fileOffset(entry) + offset % blockBytes())
        : new Span(offset, length, Span.Origin.PARENT, 0);
  }

  /** Fills the buffer from the file's payload. */
  void readPayload(long fileOffset, ByteBuffer target) throws IOException {
    replayed.read(fileOffset, target, payload.at(payload.structure(), fileOffset));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
