package dozo.client.source;

import dozo.format.Fault;
import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** A disk that is a raw file's bytes. */
final class RawDisk implements OpenDisk {

  /** What a file does not tell; nearly every guest has been told these. */
  private static final int LOGICAL_SECTOR = 512;

  private static final int PHYSICAL_SECTOR = 4096;

  private final RawFile file;
  private final DiskGeometry geometry;

  private RawDisk(RawFile file, DiskGeometry geometry) {
    this.file = file;
    this.geometry = geometry;
  }

  static RawDisk open(String name, Path path) throws IOException {
    RawFile file = RawFile.open(name, path);
    try {
      return new RawDisk(file, geometry(file));
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static DiskGeometry geometry(RawFile file) throws SourceUnreadableException {
    long size = file.sizeBytes();
    if (size % LOGICAL_SECTOR != 0 || size > DiskGeometry.MAXIMUM_BYTES) {
      throw new SourceUnreadableException(
          Fault.of("The source has a size that no disk has")
              .file(file.path())
              .expected("a multiple of 512 bytes, 64 TiB at the most")
              .actual(size + " bytes")
              .cure(
                  "give a whole disk image; a .vhdx file needs that ending, or the format vhdx given"),
          null);
    }
    return new DiskGeometry(size, LOGICAL_SECTOR, PHYSICAL_SECTOR);
  }

  @Override
  public String name() {
    return file.name();
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
    return Optional.empty();
  }

  @Override
  public Run runAt(long offset) throws IOException {
    return file.runAt(offset);
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    file.read(offset, target);
  }

  @Override
  public void verify() throws IOException {
    file.verify();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
