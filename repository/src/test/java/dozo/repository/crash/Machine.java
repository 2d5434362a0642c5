package dozo.repository.crash;

import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Event;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.ReadableFile;
import dozo.repository.storage.WritableFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A machine with one disk, on which processes run one after another, and a journal of all that was
 * done to the disk. A process that was killed leaves what it wrote to the kernel; a power cut
 * leaves what was on stable storage and, of the rest, what its seed chooses.
 *
 * <p>Safe for use by several threads.
 */
public final class Machine {

  private final Path root;
  private final SimulatedDisk disk;
  private final List<DiskChange> journal = new ArrayList<>();
  private final boolean isRecording;
  private int process;

  /**
   * Starts a machine.
   *
   * @param root the path under which processes see the disk
   */
  Machine(Path root, SimulatedDisk disk) {
    this(root, disk, true);
  }

  private Machine(Path root, SimulatedDisk disk, boolean isRecording) {
    this.root = root;
    this.disk = disk;
    this.isRecording = isRecording;
  }

  /** Starts a machine with an empty disk that keeps no journal, for work without end. */
  public static Machine withoutJournal(Path root) {
    return new Machine(root, new SimulatedDisk(), false);
  }

  /** Starts a process; the one before it is dead from now on. */
  public synchronized Files start() {
    return new Files(++process);
  }

  /** Kills the process that runs. */
  synchronized void kill() {
    process++;
  }

  /** Cuts the power. */
  public synchronized void cutPower(long seed) {
    process++;
    record(new DiskChange.PowerCut(seed));
  }

  /** How many changes the journal has. */
  synchronized int position() {
    return journal.size();
  }

  /** All that was done to the disk. */
  synchronized List<DiskChange> journal() {
    return List.copyOf(journal);
  }

  /** The disk as it is, all of it on stable storage. */
  synchronized SimulatedDisk disk() {
    return disk.copy();
  }

  /** The disk as it would be if the power were cut now and took all that it could. */
  synchronized SimulatedDisk diskAfterWorstPowerCut() {
    return disk.afterWorstPowerCut();
  }

  private void record(DiskChange change) {
    try {
      disk.apply(change);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    note(change);
  }

  private void make(DiskChange change) throws IOException {
    disk.apply(change);
    note(change);
  }

  private void note(DiskChange change) {
    if (isRecording) {
      journal.add(change);
    }
  }

  /** What one process sees of the disk. */
  public final class Files implements FileLayer {

    private final int number;
    private FaultyFiles.Fault fault = event -> {};

    private Files(int number) {
      this.number = number;
    }

    /** Fails from now on what the fault says; a sync that fails loses what it was asked for. */
    void failIf(FaultyFiles.Fault what) {
      synchronized (Machine.this) {
        fault = what;
      }
    }

    private void pass(Operation operation, Path path) throws IOException {
      if (number != process) {
        throw new IOException("The process was killed before " + operation + " of " + path);
      }
      fault.check(new Event(operation, path));
    }

    @Override
    public WritableFile create(Path file) throws IOException {
      String path = path(file);
      synchronized (Machine.this) {
        pass(Operation.CREATE, file);
        make(new DiskChange.Create(path));
      }
      return new WritableFile() {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
          synchronized (Machine.this) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            try {
              pass(Operation.APPEND, file);
            } catch (IOException e) {
              if (number == process) {
                // A write that fails may have written some.
                copy.limit(copy.limit() / 2);
                make(new DiskChange.Append(path, copy));
              }
              throw e;
            }
            make(new DiskChange.Append(path, copy));
          }
        }

        @Override
        public void sync() throws IOException {
          synchronized (Machine.this) {
            try {
              pass(Operation.SYNC, file);
            } catch (IOException e) {
              if (number == process) {
                make(new DiskChange.Sync(path, true));
              }
              throw e;
            }
            make(new DiskChange.Sync(path, false));
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
      byte[] bytes;
      int length;
      synchronized (Machine.this) {
        pass(Operation.READ, file);
        SimulatedFile found = disk.file(path(file));
        bytes = found.bytes();
        length = found.length();
      }
      return new ReadableFile() {
        @Override
        public long sizeBytes() {
          return length;
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
          synchronized (Machine.this) {
            pass(Operation.READ, file);
          }
          if (offset + target.remaining() > length) {
            throw new EOFException(file + " ends at " + length);
          }
          target.put(bytes, (int) offset, target.remaining());
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      synchronized (Machine.this) {
        pass(Operation.RENAME, to);
        make(new DiskChange.Rename(path(from), path(to)));
      }
    }

    @Override
    public boolean delete(Path file) throws IOException {
      synchronized (Machine.this) {
        pass(Operation.DELETE, file);
        if (disk.find(path(file)).isEmpty()) {
          return false;
        }
        make(new DiskChange.Delete(path(file)));
        return true;
      }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
      synchronized (Machine.this) {
        pass(Operation.CREATE_DIRECTORY, directory);
        make(new DiskChange.CreateDirectory(path(directory)));
      }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      if (!directory.startsWith(root)) {
        return; // The repository's own name is not at stake.
      }
      synchronized (Machine.this) {
        try {
          pass(Operation.SYNC_DIRECTORY, directory);
        } catch (IOException e) {
          if (number == process) {
            make(new DiskChange.SyncDirectory(path(directory), true));
          }
          throw e;
        }
        make(new DiskChange.SyncDirectory(path(directory), false));
      }
    }

    @Override
    public Space space(Path directory) {
      return new Space(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public List<Entry> list(Path directory) throws IOException {
      synchronized (Machine.this) {
        pass(Operation.READ, directory);
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, SimulatedDisk.Node> each :
            disk.directory(path(directory)).names().entrySet()) {
          int length = each.getValue() instanceof SimulatedFile file ? file.length() : -1;
          entries.add(new Entry(directory.resolve(each.getKey()), length < 0, Math.max(0, length)));
        }
        return entries;
      }
    }

    private String path(Path path) {
      return root.relativize(path).toString();
    }
  }
}
