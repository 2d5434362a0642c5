package dozo.bench.mount;

import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.FileSystemSpace;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.fs.OpenWritableFile;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** A file system with one file whose reads cost nothing, so that what is measured is the way. */
public final class ZeroTree implements MountedFileSystem, MountedDirectory {
  /** The name of the file. */
  public static final String NAME = "zeros";

  /** Its size. */
  public static final long SIZE_BYTES = 1L << 40;

  private final LongAdder reads = new LongAdder();
  private final ZeroFile file = new ZeroFile();

  long reads() {
    return reads.sum();
  }

  @Override
  public MountedDirectory root() {
    return this;
  }

  @Override
  public FileSystemSpace space() {
    return new FileSystemSpace(SIZE_BYTES, 0, 1);
  }

  @Override
  public long inode() {
    return 1;
  }

  @Override
  public NodeAttributes attributes() {
    return NodeAttributes.ofDirectory(Instant.EPOCH);
  }

  @Override
  public Optional<MountedNode> child(String name) {
    return name.equals(NAME) ? Optional.of(file) : Optional.empty();
  }

  @Override
  public List<DirectoryEntry> entries() {
    return List.of(new DirectoryEntry(NAME, file));
  }

  private final class ZeroFile implements MountedFile, OpenFile {
    @Override
    public long inode() {
      return 2;
    }

    @Override
    public NodeAttributes attributes() {
      return NodeAttributes.ofFile(SIZE_BYTES, Instant.EPOCH);
    }

    @Override
    public OpenFile open() {
      return this;
    }

    @Override
    public OpenWritableFile openForWriting() {
      throw new ReadOnlyFileSystemException();
    }

    @Override
    public long sizeBytes() {
      return SIZE_BYTES;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      reads.increment();
      while (target.remaining() >= Long.BYTES) {
        target.putLong(0);
      }
      while (target.hasRemaining()) {
        target.put((byte) 0);
      }
    }

    @Override
    public void close() {}
  }
}
