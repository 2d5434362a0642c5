package dozo.repository.pack;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.DozoException;
import dozo.format.pack.Damage;
import dozo.format.pack.PackReader;
import dozo.format.pack.PackRepairer;
import dozo.format.pack.RangedInput;
import dozo.format.pack.RepairedPack;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was computed from the parity of damaged packs, within a bound of bytes, so that a damaged
 * pack is read as if it were whole until it is repaired for good. A pack is computed once, and so
 * is the answer that it cannot be.
 *
 * <p>Safe for use by several threads.
 */
final class ParityRepairs {

  private static final Logger log = LoggerFactory.getLogger(ParityRepairs.class);
  private static final long MAXIMUM_BYTES = 64L << 20;

  /** What an answer weighs, besides the bytes that were computed. */
  private static final int ENTRY_BYTES = 256;

  private final PackStorage storage;
  private final Cache<UUID, Optional<RepairedPack>> repairs =
      Caffeine.newBuilder()
          .maximumWeight(MAXIMUM_BYTES)
          .weigher((UUID id, Optional<RepairedPack> repaired) ->
              ENTRY_BYTES + (int) repaired.map(ParityRepairs::patchBytes).orElse(0L).longValue())
          .build();
  private final Map<UUID, List<Damage>> repaired = new ConcurrentHashMap<>();

  ParityRepairs(PackStorage storage) {
    this.storage = storage;
  }

  private static long patchBytes(RepairedPack pack) {
    return pack.repairs().stream().mapToLong(Damage::lengthBytes).sum();
  }

  /** Reads a pack as it was written, if it is known to be damaged and to be repairable. */
  Optional<ReadableFile> known(UUID packId, ReadableFile file) throws IOException {
    return repaired.containsKey(packId)
        ? over(repairs.asMap().getOrDefault(packId, Optional.empty()), file)
        : Optional.empty();
  }

  /**
   * Reads a damaged pack as it was written, if its parity brings it back.
   *
   * @param file the pack; belongs to what is returned
   */
  Optional<ReadableFile> find(UUID packId, UUID repositoryId, ReadableFile file)
      throws IOException {
    Optional<RepairedPack> found;
    try {
      found = repairs.get(packId, id -> compute(id, repositoryId));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (found.isPresent() && found.get().repairs().isEmpty()) {
      repairs.invalidate(packId); // It is sound now. If it ever is not, that is to be seen.
    }
    return over(found, file);
  }

  private static Optional<ReadableFile> over(Optional<RepairedPack> found, ReadableFile file)
      throws IOException {
    return found.isPresent()
        ? Optional.of(new RepairedFile(found.get().over(file), file))
        : Optional.empty();
  }

  private Optional<RepairedPack> compute(UUID packId, UUID repositoryId) {
    try (ReadableFile file = storage.open(packId)) {
      if (hasNoParity(file, packId, repositoryId)) {
        return Optional.empty();
      }
      RepairedPack found = PackRepairer.repair(file, packId, repositoryId);
      if (!found.repairs().isEmpty() && repaired.put(packId, found.repairs()) == null) {
        log.error(
            "A pack is damaged and is read with the help of its parity, until it is repaired"
                + " pack={} ranges={} bytes={}",
            packId,
            found.repairs().size(),
            patchBytes(found));
      }
      return Optional.of(found);
    } catch (DozoException e) {
      log.warn("A damaged pack cannot be computed from parity pack={}", packId, e);
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a sound trailer says that there is no parity to look for. */
  private static boolean hasNoParity(RangedInput file, UUID packId, UUID repositoryId)
      throws IOException {
    try {
      return PackReader.open(file, packId, repositoryId).trailer().parityLength() == 0;
    } catch (DozoException e) {
      return false;
    }
  }

  /** The ranges that were computed of each pack that had to be. */
  Map<UUID, List<Damage>> all() {
    return Map.copyOf(repaired);
  }

  /** Says that a pack has been replaced. */
  void forget(UUID packId) {
    repaired.remove(packId);
    repairs.invalidate(packId);
  }

  private record RepairedFile(RepairedPack pack, ReadableFile file) implements ReadableFile {

    @Override
    public long sizeBytes() {
      return pack.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      pack.read(offset, target);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
