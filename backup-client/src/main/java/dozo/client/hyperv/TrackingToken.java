package dozo.client.hyperv;

import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Since which restore point Hyper-V knows what has changed. Kept in a file a machine, on the host
 * whose Hyper-V knows it.
 *
 * @param restorePoint the restore point
 * @param reference the instance id of Hyper-V's reference point
 * @param disks the ids of change tracking, by those of the virtual disks
 */
record TrackingToken(
    RestorePointId restorePoint, String reference, SortedMap<String, String> disks) {

  private static final Logger LOG = LoggerFactory.getLogger(TrackingToken.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAXIMUM_BYTES = 1 << 20;

  TrackingToken {
    disks = Collections.unmodifiableSortedMap(new TreeMap<>(disks));
  }

  /** Reads a machine's token. One that cannot be used is as good as none: all is read then. */
  static Optional<TrackingToken> read(Path directory, UUID vm) throws IOException {
    Path file = file(directory, vm);
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw new IllegalArgumentException("it is longer than 1 MiB");
      }
      JsonNode node = JSON.readTree(Files.readAllBytes(file));
      SortedMap<String, String> disks = new TreeMap<>();
      for (Map.Entry<String, JsonNode> disk : node.path("disks").properties()) {
        disks.put(disk.getKey(), disk.getValue().asString());
      }
      return Optional.of(
          new TrackingToken(
              RestorePointId.parse(node.path("restorePoint").asString("")),
              node.path("reference").asString(""),
              disks));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      LOG.warn("a tracking token is of no use file={} cause={}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Puts it in place of the machine's token, and onto stable storage. */
  void write(Path directory, UUID vm) throws IOException {
    Files.createDirectories(directory);
    ObjectNode node = JSON.createObjectNode();
    node.put("restorePoint", restorePoint.toString());
    node.put("reference", reference);
    ObjectNode ids = node.putObject("disks");
    disks.forEach(ids::put);
    Path file = file(directory, vm);
    Path unnamed = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unnamed,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes =
          ByteBuffer.wrap(JSON.writeValueAsString(node).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    // Should the rename be lost in a crash, the older token stands, whose reference point is gone:
    // Hyper-V will refuse it, and all is read.
    Files.move(unnamed, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path file(Path directory, UUID vm) {
    return directory.resolve(vm + ".json");
  }
}
