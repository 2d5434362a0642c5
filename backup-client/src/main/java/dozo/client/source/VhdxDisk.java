package dozo.client.source;

import dozo.format.Fault;
import dozo.format.manifest.DiskGeometry;
import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.read.VhdxChain;
import dozo.vhdx.read.VhdxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A disk that is kept as a VHDX, or as a chain of differencing ones that stand in one directory.
 *
 * <p>A differencing file holds what changed since its parent was frozen. Where a restore point was
 * made of that parent, or of an older one, only what the files above it hold has changed since.
 */
final class VhdxDisk implements OpenDisk {

  /** Less than this between two changes is read with them, so that a list stays short. */
  private static final long LEAST_KEPT_BYTES = 64 << 10;

  private static final int MAXIMUM_RANGES = 1_000_000;

  private final String name;
  private final Path path;
  private final VhdxChain chain;
  private final DiskGeometry geometry;
  private final List<FileStamp> stamps;
  private final Optional<String> mark;
  private Optional<TrackedChanges> changes = Optional.empty();
  private Optional<String> wholeBecause = Optional.empty();

  private VhdxDisk(String name, Path path, VhdxChain chain) throws IOException {
    this.name = name;
    this.path = path;
    this.chain = chain;
    this.stamps = stamps(chain);
    this.mark = VhdxMark.of(chain.leaf());
    VirtualDisk disk = chain.disk();
    this.geometry =
        new DiskGeometry(disk.sizeBytes(), disk.logicalSectorBytes(), disk.physicalSectorBytes());
  }

  static VhdxDisk open(String name, Path path) throws IOException {
    // Opening it as a plain file first gives the plain file's clear errors.
    RawFile.open(name, path).close();
    VhdxChain chain;
    try {
      chain = VhdxChain.open(path, parentsBeside(path));
    } catch (VhdxException e) {
      throw told(e, path);
    }
    try {
      return new VhdxDisk(name, path, chain);
    } catch (IOException | RuntimeException | Error e) {
      chain.close();
      throw e;
    }
  }

  private static List<FileStamp> stamps(VhdxChain chain) throws IOException {
    List<FileStamp> stamps = new ArrayList<>();
    for (VhdxFile file : chain.files()) {
      stamps.add(FileStamp.of(Path.of(file.name())));
    }
    return stamps;
  }

  /**
   * The files that a parent is looked for among: those beside the leaf. A file that may not be read
   * is left out; if it was needed, the chain says that it is missing.
   */
  private static List<Path> parentsBeside(Path leaf) throws IOException {
    List<Path> parents = new ArrayList<>();
    Path directory = leaf.toAbsolutePath().getParent();
    if (directory == null || !isDifferencing(leaf)) {
      return parents;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{vhdx,avhdx}")) {
      for (Path file : files) {
        if (Files.isReadable(file) && !Files.isSameFile(file, leaf)) {
          parents.add(file);
        }
      }
    }
    return parents;
  }

  private static boolean isDifferencing(Path leaf) throws IOException {
    try {
      VhdxChain.open(leaf, List.of()).close();
      return false;
    } catch (VhdxException e) {
      return e.fault() == VhdxException.Fault.BROKEN_CHAIN;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return geometry.sizeBytes();
  }

  @Override
  public DiskGeometry geometry() {
    return geometry;
  }

  @Override
  public Optional<UUID> identity() {
    return Optional.of(chain.disk().id());
  }

  @Override
  public void recall(MachineHistory history) throws IOException {
    if (chain.files().size() == 1) {
      return;
    }
    List<KnownDisk> known = history.disks();
    for (int level = 1; level < chain.files().size(); level++) {
      Optional<KnownDisk> base = find(known, VhdxMark.of(chain.files().get(level)));
      if (base.isPresent()) {
        takeAsBase(base.get(), level);
        return;
      }
    }
    wholeBecause =
        Optional.of("no restore point of this VM is known to be of " + chain.files().get(1).name());
  }

  private static Optional<KnownDisk> find(List<KnownDisk> known, Optional<String> mark) {
    return mark.flatMap(
        wanted -> known.stream().filter(disk -> disk.mark().equals(wanted)).findFirst());
  }

  private void takeAsBase(KnownDisk base, int generations) throws IOException {
    List<ChangeList.Range> ranges = new ArrayList<>();
    long begin = 0;
    long end = 0;
    try {
      Optional<Extent> change = chain.nextChange(0, generations);
      while (change.isPresent()) {
        if (change.get().offset() > end + LEAST_KEPT_BYTES) {
          addIfAny(ranges, begin, end);
          begin = change.get().offset();
        }
        end = change.get().end();
        if (ranges.size() > MAXIMUM_RANGES) {
          wholeBecause = Optional.of("its changes lie in more than a million places");
          return;
        }
        change = chain.nextChange(end, generations);
      }
    } catch (VhdxException e) {
      throw told(e, path);
    }
    addIfAny(ranges, begin, end);
    changes =
        Optional.of(new TrackedChanges(base.restorePoint(), base.disk(), new ChangeList(ranges)));
  }

  private static void addIfAny(List<ChangeList.Range> ranges, long begin, long end) {
    if (end > begin) {
      ranges.add(new ChangeList.Range(begin, end - begin));
    }
  }

  @Override
  public Optional<TrackedChanges> changes() {
    return changes;
  }

  @Override
  public Optional<String> wholeBecause() {
    return wholeBecause;
  }

  @Override
  public Optional<String> mark() {
    return mark;
  }

  @Override
  public Run runAt(long offset) throws IOException {
    try {
      Extent extent = chain.extentAt(offset);
      return extent.kind() == Extent.Kind.ZERO
          ? Run.zero(offset, extent.end())
          : Run.data(offset, extent.end());
    } catch (VhdxException e) {
      throw told(e, path);
    }
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    try {
      chain.read(offset, target);
    } catch (VhdxException e) {
      throw told(e, path);
    }
    if (target.hasRemaining()) {
      throw new IllegalArgumentException("A read past the end of disk " + name);
    }
  }

  @Override
  public void verify() throws IOException {
    try {
      chain.requireUnchanged();
    } catch (VhdxException e) {
      throw told(e, path);
    }
    // A program that had the file open already writes without changing its header again.
    for (int i = 0; i < stamps.size(); i++) {
      Path file = Path.of(chain.files().get(i).name());
      stamps.get(i).requireUnchanged(FileStamp.of(file), file);
    }
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }

  private static SourceException told(VhdxException e, Path path) {
    Fault fault = Fault.of("The VHDX cannot be read (" + e.getMessage() + ")").file(path);
    return switch (e.fault()) {
      case CORRUPT ->
          new SourceUnreadableException(
              fault.cure("check the file with Test-VHD or 'qemu-img check', or take another copy"),
              e);
      case UNSUPPORTED, LIMIT ->
          new SourceUnreadableException(fault.cure("convert it with Convert-VHD"), e);
      case BROKEN_CHAIN ->
          new SourceUnreadableException(
              fault.cure("put its parents into the same directory, or merge it"), e);
      case CHANGED ->
          new SourceChangedException(
              Fault.of("The source was written to while it was read (" + e.getMessage() + ")")
                  .file(path)
                  .cure(FileStamp.STAND_STILL));
    };
  }
}
