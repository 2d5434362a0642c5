package dozo.repository.pack;

import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Opens published packs with the keys they need.
 *
 * <p>Safe for use by several threads.
 */
public final class PackLibrary {

  private final PackStorage storage;
  private final Supplier<KeyRing> keys;

  /**
   * Reads from a storage.
   *
   * @param keys the key ring at any moment, since epochs are added to it
   */
  public PackLibrary(PackStorage storage, Supplier<KeyRing> keys) {
    this.storage = storage;
    this.keys = keys;
  }

  /**
   * Opens a pack, whose header and trailer are checked.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public OpenPack open(UUID packId) throws IOException {
    ReadableFile file = storage.open(packId);
    try {
      KeyRing ring = keys.get();
      PackReader reader = PackReader.open(file, packId, ring.repositoryId());
      return new OpenPack(file, reader, ring.packKey(reader.header().keyEpoch(), packId));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Reads a pack's header and directory. */
  public Listing list(UUID packId) throws IOException {
    try (OpenPack pack = open(packId)) {
      return new Listing(pack.reader().header(), pack.reader().readDirectory(pack.key()));
    }
  }

  /** What a pack is called in errors. */
  public String describe(UUID packId) {
    return storage.describe(packId);
  }

  /**
   * What a pack says of itself.
   *
   * @param header its header
   * @param directory its directory
   */
  public record Listing(PackHeader header, PackDirectory directory) {}

  /**
   * A pack that can be read until it is closed. Safe for use by several threads.
   *
   * @param file the pack's bytes
   * @param reader finds its way in them
   * @param key opens them
   */
  public record OpenPack(ReadableFile file, PackReader reader, PackKey key)
      implements AutoCloseable {

    @Override
    public void close() {
      file.close();
    }
  }
}
