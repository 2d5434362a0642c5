package dozo.client.source;

import dozo.format.Fault;
import dozo.format.manifest.DiskGeometry;
import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.read.VhdxChain;
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
 */
final class VhdxDisk implements OpenDisk {

  private final String name;
  private final Path path;
  private final VhdxChain chain;
  private final DiskGeometry geometry;

  private VhdxDisk(String name, Path path, VhdxChain chain) {
    this.name = name;
    this.path = path;
    this.chain = chain;
    VirtualDisk disk = chain.disk();
    this.geometry =
        new DiskGeometry(disk.sizeBytes(), disk.logicalSectorBytes(), disk.physicalSectorBytes());
  }

  static VhdxDisk open(String name, Path path) throws IOException {
    // Opening it as a plain file first gives the plain file's clear errors.
    RawFile.open(name, path).close();
    try {
      return new VhdxDisk(name, path, VhdxChain.open(path, parentsBeside(path)));
    } catch (VhdxException e) {
      throw told(e, path);
    }
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
