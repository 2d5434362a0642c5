package dozo.repository.pack;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.FormatTooNewException;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import dozo.format.pack.Damage;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.pack.PackSalvager;
import dozo.format.pack.PackSalvager.Salvage;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.SegmentView;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens published packs with the keys they need. A damaged pack that its parity can repair is read
 * as it was written. Another one whose header, directory or trailer is damaged is salvaged: its
 * segments carry their own lists, and are as good as before.
 *
 * <p>Safe for use by several threads.
 */
public final class PackLibrary implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PackLibrary.class);

  /** A quarter of a terabyte of packs. */
  private static final int KEYS = 4096;

  /** Few beside the 1,024 files that a process may have open by default. */
  private static final int HANDLES = 64;

  private final PackStorage storage;
  private final PackHandles handles;
  private final Supplier<KeyRing> keys;
  private final ParityRepairs repairs;
  private final Map<UUID, Salvaged> salvaged = new ConcurrentHashMap<>();

  /** The keys of packs that were opened: they never change, and each costs a derivation. */
  private final Cache<UUID, PackKey> opened =
      Caffeine.newBuilder().maximumSize(KEYS).executor(Runnable::run).build();

  /**
   * What is kept of a pack that had to be salvaged; its directory is not, since there may be many.
   */
  private record Salvaged(PackKey key, DozoException reason) {}

  /**
   * Reads from a storage.
   *
   * @param keys the key ring at any moment, since epochs are added to it
   */
  public PackLibrary(PackStorage storage, Supplier<KeyRing> keys) {
    this.storage = storage;
    this.handles = new PackHandles(storage, HANDLES);
    this.keys = keys;
    this.repairs = new ParityRepairs(storage);
  }

  /**
   * Opens a pack to read segments from it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws CorruptDataException if nothing of it can be had
   */
  public OpenPack open(UUID packId) throws IOException {
    return open(packId, storage.open(packId));
  }

  /**
   * Opens a pack to read a few segments from it, by a file that may have been opened for others and
   * is kept for those who come next. What has happened to the pack's name since is not seen: after
   * a failure {@link #open} tells more.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws CorruptDataException if nothing of it can be had
   */
  public OpenPack openShared(UUID packId) throws IOException {
    return open(packId, handles.open(packId));
  }

  private OpenPack open(UUID packId, ReadableFile file) throws IOException {
    try {
      Optional<ReadableFile> repaired = repairs.known(packId, file);
      if (repaired.isPresent()) {
        try {
          return new OpenPack(repaired.get(), key(repaired.get(), packId));
        } catch (CorruptDataException e) {
          repairs.forget(packId); // More is damaged than when it was computed.
        }
      }
      Salvaged known = salvaged.get(packId);
      return known != null ? new OpenPack(file, known.key) : openDamagedOrNot(file, packId);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private OpenPack openDamagedOrNot(ReadableFile file, UUID packId) throws IOException {
    PackKey known = opened.getIfPresent(packId);
    if (known != null) {
      return new OpenPack(file, known);
    }
    try {
      PackKey key = key(file, packId);
      opened.put(packId, key);
      return new OpenPack(file, key);
    } catch (FormatTooNewException e) {
      throw e;
    } catch (IOException e) {
      Optional<ReadableFile> repaired = repairs.find(packId, keys.get().repositoryId(), file);
      if (repaired.isPresent()) {
        return new OpenPack(repaired.get(), key(repaired.get(), packId));
      }
      if (e instanceof DozoException damage) {
        return new OpenPack(file, salvage(file, packId, damage).key());
      }
      throw e;
    }
  }

  private PackKey key(ReadableFile file, UUID packId) throws IOException {
    KeyRing ring = keys.get();
    PackHeader header = PackReader.open(file, packId, ring.repositoryId()).header();
    return ring.packKey(header.keyEpoch(), packId);
  }

  /**
   * Opens a damaged pack as it was written, if its parity brings it back.
   *
   * @return empty if it has no parity, or not enough of it is left
   */
  public Optional<OpenPack> openRepaired(UUID packId) throws IOException {
    ReadableFile file = storage.open(packId);
    boolean opened = false;
    try {
      Optional<ReadableFile> repaired = repairs.find(packId, keys.get().repositoryId(), file);
      if (repaired.isEmpty()) {
        return Optional.empty();
      }
      PackKey key = key(repaired.get(), packId);
      opened = true;
      return Optional.of(new OpenPack(repaired.get(), key));
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /**
   * Opens a pack to read all of it, and fails unless header, trailer and directory are sound.
   *
   * @param repaired whether to read what parity makes of it; otherwise what is in its file
   */
  public WholePack openWhole(UUID packId, boolean repaired) throws IOException {
    ReadableFile file = storage.open(packId);
    try {
      KeyRing ring = keys.get();
      ReadableFile input =
          repaired
              ? repairs.find(packId, ring.repositoryId(), file).orElseThrow(() -> noParity(packId))
              : file;
      PackReader reader = PackReader.open(input, packId, ring.repositoryId());
      PackKey key = ring.packKey(reader.header().keyEpoch(), packId);
      return new WholePack(
          input, key, reader.header(), reader.trailer(), reader.readDirectory(key));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static CorruptDataException noParity(UUID packId) {
    return new CorruptDataException(
        Fault.of("The pack cannot be repaired from parity").in("pack " + packId));
  }

  /** The ranges of a damaged pack that its parity brings back; empty if it does not. */
  public Optional<List<Damage>> repairs(UUID packId) throws IOException {
    try (ReadableFile file = storage.open(packId)) {
      return repairs.find(packId, keys.get().repositoryId(), file).isPresent()
          ? Optional.ofNullable(repairs.all().get(packId))
          : Optional.empty();
    }
  }

  /** The packs that are read with the help of their parity since they are damaged. */
  public Set<UUID> repaired() {
    return repairs.all().keySet();
  }

  /** Says that a pack's file has been replaced, or is gone. */
  public void forget(UUID packId) {
    handles.forget(packId);
    repairs.forget(packId);
    salvaged.remove(packId);
    opened.invalidate(packId);
  }

  /** Reads what a pack holds. */
  public Listing list(UUID packId) throws IOException {
    try (ReadableFile file = storage.open(packId)) {
      try {
        return list(repairs.known(packId, file).orElse(file), packId);
      } catch (FormatTooNewException e) {
        throw e;
      } catch (IOException e) {
        Optional<ReadableFile> repaired = repairs.find(packId, keys.get().repositoryId(), file);
        if (repaired.isPresent()) {
          return list(repaired.get(), packId);
        }
        if (e instanceof DozoException damage) {
          return list(file, salvage(file, packId, damage));
        }
        throw e;
      }
    }
  }

  private Listing list(ReadableFile file, UUID packId) throws IOException {
    KeyRing ring = keys.get();
    PackReader reader = PackReader.open(file, packId, ring.repositoryId());
    PackHeader header = reader.header();
    PackKey key = ring.packKey(header.keyEpoch(), packId);
    return new Listing(header.contentKind(), header.keyEpoch(), reader.readDirectory(key));
  }

  /** Opens every segment of a damaged pack, to find out which of them are left. */
  public Salvage salvage(UUID packId) throws IOException {
    try (ReadableFile file = storage.open(packId)) {
      return PackSalvager.salvage(file, packId, keys.get());
    }
  }

  private Salvage salvage(ReadableFile file, UUID packId, DozoException reason) throws IOException {
    Salvage salvage;
    try {
      salvage = PackSalvager.salvage(file, packId, keys.get());
    } catch (DozoException e) {
      reason.addSuppressed(e);
      throw reason;
    }
    if (salvaged.put(packId, new Salvaged(salvage.key(), reason)) == null) {
      log.error(
          "A pack is damaged and was salvaged pack={} chunks={} lostRanges={}",
          packId,
          salvage.directory().chunkCount(),
          salvage.damages().size(),
          reason);
    }
    return salvage;
  }

  private static Listing list(ReadableFile file, Salvage salvage) throws IOException {
    if (salvage.header().isPresent()) {
      PackHeader header = salvage.header().get();
      return new Listing(header.contentKind(), header.keyEpoch(), salvage.directory());
    }
    ContentKind kind =
        holdsNodes(new OpenPack(file, salvage.key()), salvage.directory())
            ? ContentKind.MAP_NODES
            : ContentKind.DATA;
    return new Listing(kind, Listing.UNKNOWN_EPOCH, salvage.directory());
  }

  /** Tells nodes from data by the first of them, where the header that says so is lost. */
  private static boolean holdsNodes(OpenPack pack, PackDirectory directory) throws IOException {
    byte[] record = new byte[PackReader.recordLength(directory.sealedLength(0))];
    SegmentView view = new SegmentView();
    try (ChunkOpener opener = new ChunkOpener()) {
      pack.readRecord(directory.offset(0), directory.sealedLength(0), record);
      opener.open(pack.key(), record, 0, record.length, directory.offset(0), view);
    }
    int from = view.offset(0);
    try {
      MapNode.decode(view.id(0), Arrays.copyOfRange(view.plain(), from, from + view.length(0)));
      return true;
    } catch (DozoException e) {
      return false;
    }
  }

  /** The packs that had to be salvaged since the repository was opened, and why. */
  public Map<UUID, DozoException> salvaged() {
    Map<UUID, DozoException> reasons = new ConcurrentHashMap<>();
    salvaged.forEach((id, each) -> reasons.put(id, each.reason));
    return reasons;
  }

  /** Has a pack's file opened anew by whoever opens it next. */
  public void reopen(UUID packId) {
    handles.forget(packId);
  }

  /** What a pack is called in errors. */
  public String describe(UUID packId) {
    return storage.describe(packId);
  }

  /** Closes the files that are kept open. Packs that are open stay open until they are closed. */
  @Override
  public void close() {
    handles.close();
  }

  /**
   * What a pack holds.
   *
   * @param kind what its chunks are
   * @param epoch the key epoch that it is sealed under, or {@value #UNKNOWN_EPOCH} if its header is
   *     lost
   * @param directory its directory
   */
  public record Listing(ContentKind kind, int epoch, PackDirectory directory) {

    /** Stands for an epoch that is not known. */
    public static final int UNKNOWN_EPOCH = 0;
  }
}
