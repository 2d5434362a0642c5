package dozo.server.audit;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a log in a directory, which is made when something is first appended. */
final class LocalAuditStorage implements AuditStorage {

  /** More than a file that is well ever has: the batch that fills it may go beyond 8 MiB. */
  private static final long MAXIMUM_BYTES = 64L << 20;

  private static final Pattern NAME = Pattern.compile("[0-9]{8}\\.log");
  private static final Set<StandardOpenOption> APPEND =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

  /** A process may hold the system's lock on a file once only, whoever in it asks. */
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private final Path directory;

  LocalAuditStorage(Path directory) {
    this.directory = directory;
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> NAME.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  @Override
  public long sizeBytes(String name) throws IOException {
    return Files.size(directory.resolve(name));
  }

  @Override
  public byte[] read(String name) throws IOException {
    Path file = directory.resolve(name);
    long size = Files.size(file);
    if (size > MAXIMUM_BYTES) {
      throw new CorruptDataException(
          Fault.of("A file of the audit log is too long")
              .file(file)
              .expected("at most " + MAXIMUM_BYTES + " bytes")
              .actual(size)
              .cure("move it away; the log then goes on without it"));
    }
    return Files.readAllBytes(file);
  }

  @Override
  public void append(String name, byte[] bytes) throws IOException {
    try (FileChannel channel = open(name)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
  }

  @Override
  public void sync(String name) throws IOException {
    try (FileChannel channel = open(name)) {
      channel.force(true);
    }
  }

  private FileChannel open(String name) throws IOException {
    Path file = directory.resolve(name);
    boolean isNew = !Files.exists(file);
    FileChannel channel = FileChannel.open(file, APPEND, permissions("rw-------"));
    try {
      if (isNew) {
        giveToOwnerOf(directory, file);
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /** What root makes for a repository of another user is of no use to that user's server else. */
  private static void giveToOwnerOf(Path above, Path made) throws IOException {
    UserPrincipal owner = Files.getOwner(above);
    if (!owner.equals(Files.getOwner(made))) {
      Files.setOwner(made, owner);
    }
  }

  @Override
  public void syncNames() throws IOException {
    syncDirectory(directory);
  }

  private static void syncDirectory(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public Lock lock() throws IOException {
    IN_THIS_PROCESS.lock();
    try {
      prepare();
      FileChannel channel = open("lock");
      try {
        var _ = channel.lock();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return () -> {
        try {
          channel.close();
        } finally {
          IN_THIS_PROCESS.unlock();
        }
      };
    } catch (IOException | RuntimeException e) {
      IN_THIS_PROCESS.unlock();
      throw e;
    }
  }

  private void prepare() throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent == null) {
        throw new IllegalArgumentException("The root directory can be no audit log");
      }
      Files.createDirectories(parent);
      Files.createDirectory(directory, permissions("rwx------"));
      giveToOwnerOf(parent, directory);
      syncDirectory(parent);
    }
  }
}
