package dozo.repository.verify;

import dozo.format.Crc32c;
import dozo.format.UuidBytes;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.SmallFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each pack was last found sound, in a file beside the index ({@code docs/format.md} §12). It
 * is a hint: without it everything is verified again, and a time in the future counts for nothing.
 *
 * <p>Safe for use by several threads.
 */
public final class VerifiedTimes {

  private static final Logger log = LoggerFactory.getLogger(VerifiedTimes.class);

  private static final long MAGIC = 0x3176_7972_767a_6f64L;
  private static final int HEADER_BYTES = 8 + 16;
  private static final int ENTRY_BYTES = 16 + 8;
  private static final int CRC_BYTES = 4;

  /** Enough for ten million packs. */
  private static final int MAXIMUM_BYTES = 256 << 20;

  private final FilePublisher publisher;
  private final Path file;
  private final UUID repositoryId;
  private final boolean readOnly;
  private final Map<UUID, Instant> times;

  private VerifiedTimes(
      FilePublisher publisher,
      Path file,
      UUID repositoryId,
      boolean readOnly,
      Map<UUID, Instant> times) {
    this.publisher = publisher;
    this.file = file;
    this.repositoryId = repositoryId;
    this.readOnly = readOnly;
    this.times = times;
  }

  /** Reads a file; one that is missing, damaged or another repository's is as good as empty. */
  public static VerifiedTimes load(
      FileLayer files, FilePublisher publisher, Path file, UUID repositoryId, boolean readOnly) {
    Map<UUID, Instant> times = new HashMap<>();
    try {
      decode(SmallFiles.read(files, file, MAXIMUM_BYTES), repositoryId, times);
    } catch (NoSuchFileException e) {
      log.debug("No pack was ever verified path={}", file);
    } catch (IOException e) {
      log.warn("It is not known when packs were verified path={}", file, e);
    }
    return new VerifiedTimes(publisher, file, repositoryId, readOnly, times);
  }

  private static void decode(byte[] bytes, UUID repositoryId, Map<UUID, Instant> times)
      throws IOException {
    int entries = (bytes.length - HEADER_BYTES - CRC_BYTES) / ENTRY_BYTES;
    int end = HEADER_BYTES + entries * ENTRY_BYTES;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (entries < 0
        || bytes.length != end + CRC_BYTES
        || buffer.getInt(end) != Crc32c.of(bytes, 0, end)
        || buffer.getLong() != MAGIC
        || !UuidBytes.get(buffer).equals(repositoryId)) {
      throw new IOException("The file is damaged, or another repository's");
    }
    for (int i = 0; i < entries; i++) {
      UUID pack = UuidBytes.get(buffer);
      times.put(pack, Instant.ofEpochSecond(Math.clamp(buffer.getLong(), 0, 1L << 40)));
    }
  }

  /** Whether a pack was found sound no longer ago than that. */
  public synchronized boolean isFresh(UUID pack, Duration age, Instant now) {
    Instant time = times.get(pack);
    return time != null && !time.isAfter(now) && time.plus(age).isAfter(now);
  }

  /** Notes that a pack is sound. */
  synchronized void sound(UUID pack, Instant now) {
    times.put(pack, now);
  }

  /** Notes that a pack is not. */
  public synchronized void unsound(UUID pack) {
    times.remove(pack);
  }

  /** Writes down what is known of packs that are there. */
  synchronized void save(Set<UUID> packs) {
    times.keySet().retainAll(packs);
    if (readOnly) {
      return;
    }
    int end = HEADER_BYTES + times.size() * ENTRY_BYTES;
    byte[] bytes = new byte[end + CRC_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
    UuidBytes.put(buffer, repositoryId);
    times.forEach((pack, time) -> {
      UuidBytes.put(buffer, pack);
      buffer.putLong(time.getEpochSecond());
    });
    buffer.putInt(Crc32c.of(bytes, 0, end));
    try {
      publisher.publish(file, bytes);
    } catch (IOException e) {
      log.warn("When packs were verified cannot be written down path={}", file, e);
    }
  }
}
