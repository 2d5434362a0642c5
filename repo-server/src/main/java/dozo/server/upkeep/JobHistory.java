package dozo.server.upkeep;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The jobs of this server and of those that ran here before it: a JSON file each in the server's
 * own directory, the last 200. They are for people to look at and nothing rests on them, so one
 * that cannot be written or read is logged and does no harm.
 *
 * <p>Safe for use by several threads.
 */
public final class JobHistory {

  private static final Logger log = LoggerFactory.getLogger(JobHistory.class);
  private static final String SUFFIX = ".json";
  private static final int JOBS = 200;
  private static final long MAXIMUM_BYTES = 32 << 20;

  private final JsonMapper mapper = new JsonMapper();
  private final Path directory;

  /** Summaries by when they were begun, and by id where two were begun at once. */
  private final TreeMap<Key, ObjectNode> summaries = new TreeMap<>();

  private record Key(Instant begun, UUID id) implements Comparable<Key> {
    static Key of(ObjectNode job) {
      return new Key(
          Instant.parse(job.path("begun").asString("")),
          UUID.fromString(job.path("id").asString("")));
    }

    @Override
    public int compareTo(Key other) {
      return Comparator.comparing(Key::begun).thenComparing(Key::id).compare(this, other);
    }
  }

  private JobHistory(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads what is known. What was running when its server ended has been interrupted.
   *
   * @param directory made if it is missing
   */
  public static JobHistory open(Path directory) throws IOException {
    JobHistory history = new JobHistory(Files.createDirectories(directory));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
        history.load(file);
      }
    }
    return history;
  }

  private void load(Path file) {
    try {
      ObjectNode job = read(file);
      if (job.path("state").asString("").equals("running")) {
        job.put("state", "interrupted");
        job.remove("progress");
        keep(job);
      } else {
        add(job);
      }
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      log.warn("What became of a job cannot be read file={}", file, e);
    }
  }

  private ObjectNode read(Path file) throws IOException {
    if (Files.size(file) > MAXIMUM_BYTES) {
      throw new IOException(file + " is longer than 32 MiB");
    }
    try {
      if (mapper.readTree(Files.readAllBytes(file)) instanceof ObjectNode job) {
        return job;
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON", e);
    }
    throw new IOException(file + " is not a JSON object");
  }

  /** Keeps what is known of a job, in place of what was before. */
  synchronized void keep(ObjectNode job) {
    add(job);
    Path file = file(Key.of(job).id());
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, job.toString(), UTF_8);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      while (summaries.size() > JOBS) {
        Files.deleteIfExists(file(summaries.pollFirstEntry().getKey().id()));
      }
    } catch (IOException e) {
      log.error("What becomes of a job cannot be written down file={}", file, e);
    }
  }

  private synchronized void add(ObjectNode job) {
    ObjectNode summary = job.deepCopy();
    summary.remove(List.of("result", "log"));
    summaries.put(Key.of(job), summary);
  }

  /** Summaries, the newest first. */
  synchronized List<ObjectNode> list() {
    List<ObjectNode> list = new ArrayList<>();
    summaries.descendingMap().values().forEach(summary -> list.add(summary.deepCopy()));
    return list;
  }

  synchronized boolean has(UUID id) {
    return summaries.keySet().stream().anyMatch(key -> key.id().equals(id));
  }

  /**
   * All that is known of a job.
   *
   * @throws IOException if it cannot be read
   */
  Optional<ObjectNode> find(UUID id) throws IOException {
    try {
      return has(id) ? Optional.of(read(file(id))) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path file(UUID id) {
    return directory.resolve(id + SUFFIX);
  }
}
