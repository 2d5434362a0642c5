package dozo.mount.tree;

import dozo.format.disk.DiskReader;
import dozo.mount.nbd.NbdExport;
import dozo.mount.overlay.DiskOverlay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;

/**
 * A disk as NBD serves it: of a restore point as it is, or with what was written over it.
 *
 * <p>Safe for use by many threads.
 */
public abstract sealed class DiskExport implements NbdExport, AutoCloseable {
  private final String name;

  private DiskExport(String name) {
    this.name = name;
  }

  /** Serves a disk as it is. The reader is closed with the export. */
  public static DiskExport readOnly(String name, DiskReader reader) {
    return new ReadOnly(name, reader);
  }

  /** Serves an overlaid disk, whose form is the disk itself. It stays the caller's to close. */
  public static DiskExport writable(OverlaidDisk disk) {
    return new Writable(disk.entry().name(), disk.overlay());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public abstract void close();

  private static final class ReadOnly extends DiskExport {
    private final DiskReader reader;
    private final OverlaidDisk.RawBase base;

    ReadOnly(String name, DiskReader reader) {
      super(name);
      this.reader = reader;
      this.base = new OverlaidDisk.RawBase(reader);
    }

    @Override
    public long sizeBytes() {
      return reader.sizeBytes();
    }

    @Override
    public boolean isWritable() {
      return false;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      reader.read(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source) {
      throw new ReadOnlyFileSystemException();
    }

    @Override
    public void zero(long offset, long lengthBytes, boolean must) {
      throw new ReadOnlyFileSystemException();
    }

    @Override
    public void flush() {}

    @Override
    public long nextData(long offset, long end) throws IOException {
      return base.nextData(offset, end);
    }

    @Override
    public long dataEnd(long offset, long end) throws IOException {
      return base.dataEnd(offset, end);
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  private static final class Writable extends DiskExport {
    private final DiskOverlay disk;
    private final long sizeBytes;

    Writable(String name, DiskOverlay disk) {
      super(name);
      this.disk = disk;
      this.sizeBytes = disk.sizeBytes();
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      disk.read(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      disk.write(offset, source);
    }

    @Override
    public void zero(long offset, long lengthBytes, boolean must) throws IOException {
      disk.zero(offset, lengthBytes, must);
    }

    @Override
    public void flush() throws IOException {
      disk.force();
    }

    @Override
    public long nextData(long offset, long end) throws IOException {
      return disk.nextData(offset, end);
    }

    @Override
    public long dataEnd(long offset, long end) throws IOException {
      return disk.dataEnd(offset, end);
    }

    @Override
    public void close() {}
  }
}
