package dozo.vhdx.read;

import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.VhdxFormat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The virtual disk of a VHDX file: read through the file itself and, if it is a differencing one,
 * through its parents, whose parents, and so on down to a fixed or dynamic file.
 *
 * <p>The leaf rules: what it holds or calls zeros hides its parents, and the disk has the size that
 * it says. Where a parent's disk is smaller, the rest of it reads as zeros.
 *
 * <p>May be used by many threads, except while it is closed.
 */
public final class VhdxChain implements Closeable {

  /** Most files of a chain; a cap of our own, a little above Hyper-V's fifty checkpoints. */
  public static final int MAX_FILES = 64;

  /**
   * Most pieces of one kind that are joined to one extent, so that no call takes long however the
   * sectors of a file are scattered.
   */
  private static final int MAX_JOINED = 1 << 16;

  private final List<VhdxFile> files;
  private final List<ByteSource> sources;
  private final List<String> warnings;

  private VhdxChain(List<VhdxFile> files, List<ByteSource> sources, List<String> warnings) {
    this.files = List.copyOf(files);
    this.sources = sources;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Opens a file and, if it has parents, those.
   *
   * @param leaf the file to read
   * @param others where parents are looked for, by their name and their GUID, and nowhere else; may
   *     hold the leaf and files that have nothing to do with it
   * @throws VhdxException if a file of the chain cannot be read safely, or a parent is missing
   */
  public static VhdxChain open(Path leaf, Collection<Path> others) throws IOException {
    List<ByteSource> sources = new ArrayList<>();
    try {
      sources.add(ByteSource.open(leaf));
      for (Path other : others) {
        sources.add(ByteSource.open(other));
      }
      return open(sources.getFirst(), sources.subList(1, sources.size()));
    } catch (IOException | RuntimeException e) {
      closeAll(sources, e);
      throw e;
    }
  }

  /**
   * Opens a file and, if it has parents, those.
   *
   * @param leaf the file to read
   * @param others where parents are looked for
   * @return a chain that closes all of these sources; if opening fails, they are the caller's
   * @throws VhdxException if a file of the chain cannot be read safely, or a parent is missing
   */
  public static VhdxChain open(ByteSource leaf, Collection<? extends ByteSource> others)
      throws IOException {
    List<ByteSource> all = new ArrayList<>(others);
    all.addFirst(leaf);
    List<VhdxFile> files = new ArrayList<>();
    List<ByteSource> chain = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    HeaderSection headers = HeaderSection.read(leaf);
    long logBytes = logBytes(headers);
    files.add(VhdxFile.open(leaf, headers));
    chain.add(leaf);

    Optional<ParentLocator> locator = files.getLast().parent();
    ParentSearch search = new ParentSearch(locator.isPresent() ? all : List.of());
    while (locator.isPresent()) {
      VhdxFile child = files.getLast();
      Place place = new Place(child.name(), "parent locator", locator.get().fileOffset());
      if (files.size() == MAX_FILES) {
        throw place.limit("a chain of at most %d files".formatted(MAX_FILES), "more");
      }
      ParentSearch.Candidate parent = search.find(child, locator.get(), chain);
      logBytes += logBytes(parent.headers());
      if (logBytes > VhdxFormat.MAX_LOG_BYTES) {
        throw place.limit(
            "at most %d bytes of logs in a chain".formatted(VhdxFormat.MAX_LOG_BYTES), logBytes);
      }
      files.add(VhdxFile.open(parent.source(), parent.headers()));
      chain.add(parent.source());
      requireSameDisk(child, files.getLast(), warnings);
      locator = files.getLast().parent();
    }
    files.forEach(f -> f.warnings().forEach(w -> warnings.add(f.name() + ": " + w)));
    return new VhdxChain(files, all, warnings);
  }

  /** How much log there is to replay. */
  private static long logBytes(HeaderSection headers) {
    return headers.current().hasLog() ? headers.current().logLength() : 0;
  }

  private static void requireSameDisk(VhdxFile child, VhdxFile parent, List<String> warnings)
      throws VhdxException {
    VirtualDisk disk = parent.disk();
    if (disk.logicalSectorBytes() != child.disk().logicalSectorBytes()) {
      throw new Place(parent.name(), "logical sector size", VhdxFormat.MIB)
          .corrupt(
              "%d as in %s".formatted(child.disk().logicalSectorBytes(), child.name()),
              disk.logicalSectorBytes());
    }
    if (!disk.id().equals(child.disk().id())) {
      warnings.add(
          "%s has virtual disk id %s, its child %s"
              .formatted(parent.name(), disk.id(), child.disk().id()));
    }
  }

  /** The virtual disk, as the leaf describes it. */
  public VirtualDisk disk() {
    return leaf().disk();
  }

  /** The file that was opened. */
  public VhdxFile leaf() {
    return files.getFirst();
  }

  /** The files of the chain, the leaf first, each followed by its parent. */
  public List<VhdxFile> files() {
    return files;
  }

  /** What is odd about the files and yet allowed, in sentences for an admin. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Checks that nobody has written to a file of the chain since it was opened. To be called when
   * all that was needed has been read.
   *
   * @throws VhdxException if one is not what it was
   */
  public void requireUnchanged() throws IOException {
    for (VhdxFile file : files) {
      file.requireUnchanged();
    }
  }

  /**
   * Reads the disk into the buffer's remaining space, as far as the disk goes, and advances its
   * position.
   *
   * @param offset on the disk, not negative
   * @return how many bytes were read: what the buffer had room for, less only at the disk's end
   */
  public int read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative: " + offset);
    }
    long left = Math.max(0, disk().sizeBytes() - offset);
    int count = (int) Math.min(left, target.remaining());
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      read(0, offset, target);
    } finally {
      target.limit(limit);
    }
    return count;
  }

  private void read(int level, long offset, ByteBuffer target) throws IOException {
    long at = offset;
    int limit = target.limit();
    while (target.hasRemaining()) {
      Span span = span(level, at, at + target.remaining());
      target.limit(target.position() + (int) span.length());
      switch (span.origin()) {
        case FILE -> files.get(level).readPayload(span.fileOffset(), target);
        case PARENT -> read(level + 1, at, target);
        case ZERO -> ReplayedSource.putZeros(target, target.remaining());
      }
      target.limit(limit);
      at = span.end();
    }
  }

  /**
   * Says whether there is data at an offset, and how far that goes. Walking a disk from one
   * extent's end to the next gives all of it:
   *
   * <pre>{@code
   * for (long at = 0; at < disk.sizeBytes(); at = extent.end()) {
   *   extent = chain.extentAt(at);
   * }
   * }</pre>
   *
   * @param offset from 0 to the disk's size, exclusive
   * @return a run that begins at the offset; the next one may be of the same kind
   */
  public Extent extentAt(long offset) throws IOException {
    long size = disk().sizeBytes();
    Objects.checkIndex(offset, size);
    Extent first = resolve(0, offset, pieceEnd(offset));
    long end = first.end();
    for (int joined = 0; end < size && joined < MAX_JOINED; joined++) {
      Extent next = resolve(0, end, pieceEnd(end));
      if (next.kind() != first.kind()) {
        break;
      }
      end = next.end();
    }
    return new Extent(offset, end - offset, first.kind());
  }

  /**
   * How far to look at once: to the end of the leaf's block. Looking further would scan a child's
   * table to the end of what it leaves to its parent again for each block of the parent.
   */
  private long pieceEnd(long offset) {
    long block = leaf().blockBytes();
    return Math.min(disk().sizeBytes(), (offset / block + 1) * block);
  }

  private Extent resolve(int level, long offset, long end) throws IOException {
    Span span = span(level, offset, end);
    return switch (span.origin()) {
      case FILE -> new Extent(offset, span.length(), Extent.Kind.DATA);
      case ZERO -> new Extent(offset, span.length(), Extent.Kind.ZERO);
      case PARENT -> resolve(level + 1, offset, span.end());
    };
  }

  /**
   * Finds what the leaf itself says of the disk: the changes since its parent was frozen. A
   * parent's disk, cut or extended by zeros to the leaf's size and then overwritten by all changes,
   * equals the leaf's disk. Without a parent everything is a change.
   *
   * @param from where to begin looking, from 0 to the disk's size
   * @return the first changed run, which begins at {@code from} or behind it; none if nothing
   *     changed up to the disk's end. The next change may follow at once and be of the same kind.
   */
  public Optional<Extent> nextChange(long from) throws IOException {
    return nextChange(from, 1);
  }

  /**
   * Finds what the leaf and its nearest ancestors say of the disk: the changes since an ancestor
   * was frozen, as {@link #nextChange(long)} tells those since the parent was.
   *
   * @param generations how far up the ancestor is, 1 for the parent
   */
  public Optional<Extent> nextChange(long from, int generations) throws IOException {
    long size = disk().sizeBytes();
    Objects.checkIndex(from, size + 1);
    Objects.checkFromToIndex(1, generations, Math.max(1, files.size() - 1));
    long at = from;
    while (at < size) {
      Span span = span(0, generations, at, size);
      if (span.origin() != Span.Origin.PARENT) {
        return Optional.of(change(span, generations, size));
      }
      at = span.end();
    }
    return Optional.empty();
  }

  private Extent change(Span first, int generations, long size) throws IOException {
    long end = first.end();
    for (int joined = 0; end < size && joined < MAX_JOINED; joined++) {
      Span next = span(0, generations, end, size);
      if (next.origin() != first.origin()) {
        break;
      }
      end = next.end();
    }
    Extent.Kind kind = first.origin() == Span.Origin.FILE ? Extent.Kind.DATA : Extent.Kind.ZERO;
    return new Extent(first.offset(), end - first.offset(), kind);
  }

  /** What the files from a level up to an ancestor say of a range, the ancestor not included. */
  private Span span(int level, int ancestor, long offset, long end) throws IOException {
    Span span = span(level, offset, end);
    return span.origin() == Span.Origin.PARENT && level + 1 < ancestor
        ? span(level + 1, ancestor, offset, span.end())
        : span;
  }

  /**
   * What a file says of a range, with zeros where it would leave to a parent what is not there.
   *
   * @param end at most the size of the file's disk
   */
  private Span span(int level, long offset, long end) throws IOException {
    Span span = files.get(level).spanAt(offset, end);
    if (span.origin() != Span.Origin.PARENT) {
      return span;
    }
    long parentSize = files.get(level + 1).disk().sizeBytes();
    if (offset >= parentSize) {
      return new Span(offset, span.length(), Span.Origin.ZERO, 0);
    }
    return new Span(offset, Math.min(span.end(), parentSize) - offset, Span.Origin.PARENT, 0);
  }

  @Override
  public void close() throws IOException {
    IOException failure = new IOException("could not close all files of a chain");
    closeAll(sources, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void closeAll(List<ByteSource> sources, Exception failure) {
    for (ByteSource source : sources.reversed()) {
      try {
        source.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
