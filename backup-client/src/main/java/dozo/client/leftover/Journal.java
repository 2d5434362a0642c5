package dozo.client.leftover;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file that names what a checkpoint makes outside, written and on stable storage before the first
 * of it is made. Its first line is a JSON object: the kind, an id, when, and a plan that only the
 * kind understands. Each further line is the name of a step that was begun. A last line that is cut
 * short was never acted upon.
 *
 * <p>Used by one thread. Its lock is the system's and ends with the process.
 */
public final class Journal implements AutoCloseable {

  static final String SUFFIX = ".journal";
  private static final int MAXIMUM_BYTES = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private static final int ID_BYTES = 6;

  private final Path file;
  private final FileChannel channel;
  private final String kind;
  private final String id;
  private final ObjectNode plan;
  private final List<String> steps;
  private boolean finished;

  private Journal(Path file, FileChannel channel, ObjectNode head, List<String> steps) {
    this.file = file;
    this.channel = channel;
    this.kind = head.path("kind").asString("");
    this.id = head.path("id").asString("");
    this.plan = head.path("plan") instanceof ObjectNode object ? object : JSON.createObjectNode();
    this.steps = new ArrayList<>(steps);
  }

  /** An id for a checkpoint: 12 hexadecimal digits, by which all that it makes is named. */
  public static String newId(RandomGenerator random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /**
   * Writes a journal, and locks it.
   *
   * @param directory made, for its owner only, if it is not there
   * @param id a name that no other journal has; letters, digits and dashes
   */
  public static Journal create(Path directory, String kind, String id, ObjectNode plan, Instant now)
      throws IOException {
    if (!id.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException("A journal's id is a short word, not " + id);
    }
    makeDirectory(directory);
    ObjectNode head = JSON.createObjectNode();
    head.put("kind", kind).put("id", id).put("created", now.toString()).set("plan", plan);
    Path file = directory.resolve(id + SUFFIX);
    Path unnamed = directory.resolve(id + ".tmp");
    FileChannel channel =
        FileChannel.open(
            unnamed,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("Another process has locked " + unnamed);
      }
      write(channel, JSON.writeValueAsString(head));
      Files.move(unnamed, file, StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
      return new Journal(file, channel, head, List.of());
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }

  /** Brings a new name to stable storage, where a directory can be opened. */
  private static void sync(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel names = FileChannel.open(directory)) {
        names.force(true);
      }
    }
  }

  /**
   * Takes over a journal whose owner has died.
   *
   * @return empty if its owner lives, or if it was removed meanwhile
   */
  public static Optional<Journal> take(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      // Removed by its owner between opening and locking, it says nothing any more.
      if (!lock(channel) || !Files.exists(file)) {
        channel.close();
        return Optional.empty();
      }
      List<String> lines = lines(channel, file);
      return Optional.of(
          new Journal(file, channel, head(lines, file), lines.subList(1, lines.size())));
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // This very process is its owner.
    }
  }

  private static List<String> lines(FileChannel channel, Path file) throws IOException {
    if (channel.size() > MAXIMUM_BYTES) {
      throw unreadable(file, channel.size() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {}
    String text = UTF_8.decode(bytes.flip()).toString();
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    if (lines.isEmpty()) {
      throw unreadable(file, "no whole line");
    }
    return lines;
  }

  private static ObjectNode head(List<String> lines, Path file) throws IOException {
    try {
      JsonNode head = JSON.readTree(lines.getFirst());
      if (head instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      // Told below.
    }
    throw unreadable(file, "a first line that is no JSON object");
  }

  private static IOException unreadable(Path file, String what) {
    return new IOException(
        "The journal "
            + file
            + " cannot be read, it has "
            + what
            + ". What to do: see in the hypervisor whether anything is left whose name begins with"
            + " dozo, and delete the file.");
  }

  private static void write(FileChannel channel, String line) throws IOException {
    ByteBuffer bytes = UTF_8.encode(line + "\n");
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /** Who understands its plan. */
  public String kind() {
    return kind;
  }

  /** The checkpoint's id. */
  public String id() {
    return id;
  }

  /** What is made, as its kind writes it. */
  public ObjectNode plan() {
    return plan;
  }

  /** The steps that were begun, in their order. */
  public List<String> steps() {
    return List.copyOf(steps);
  }

  /** The step that was begun last, if any was. */
  public Optional<String> lastStep() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast());
  }

  /** Notes on stable storage that a step begins. */
  public void note(String step) throws IOException {
    if (step.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("A step is one line");
    }
    write(channel, step);
    steps.add(step);
  }

  /** Removes it: nothing that it names is there any more. */
  public void finish() throws IOException {
    finished = true;
    Files.deleteIfExists(file);
    close();
  }

  /** Whether it was removed. */
  public boolean isFinished() {
    return finished;
  }

  /** Lets go of it, to be taken by whoever sweeps. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
