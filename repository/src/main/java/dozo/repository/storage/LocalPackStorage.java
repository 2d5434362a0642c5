package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs as files: {@code packs/<first two digits of the id>/<id>.pack}, and {@code trash/<time of
 * retirement>-<id>.pack} once they are retired.
 */
public final class LocalPackStorage implements PackStorage {

  private static final Logger log = LoggerFactory.getLogger(LocalPackStorage.class);
  private static final String SUFFIX = ".pack";
  private static final int ID_LENGTH = 36;

  private final FileLayer files;
  private final FilePublisher publisher;
  private final Path directory;
  private final Path trash;

  /**
   * Keeps packs in a directory that {@link #prepare} has made ready.
   *
   * @param trash the directory for retired packs, on the same file system
   */
  public LocalPackStorage(FileLayer files, FilePublisher publisher, Path directory, Path trash) {
    this.files = files;
    this.publisher = publisher;
    this.directory = directory;
    this.trash = trash;
  }

  /** Creates those of the 256 directories that are missing, so that publishing never has to. */
  public void prepare() throws IOException {
    List<String> present = files.list(directory).stream().map(FileLayer.Entry::name).toList();
    for (int i = 0; i < 256; i++) {
      String name = HexFormat.of().toHexDigits((byte) i);
      if (!present.contains(name)) {
        files.createDirectory(directory.resolve(name));
      }
    }
    files.syncDirectory(directory); // Also for those that an earlier process made and was killed.
  }

  @Override
  public Upload begin(UUID packId) throws IOException {
    return new LocalUpload(packId, publisher.begin(path(packId)));
  }

  @Override
  public ReadableFile open(UUID packId) throws IOException {
    return files.open(path(packId));
  }

  @Override
  public String describe(UUID packId) {
    return path(packId).toString();
  }

  @Override
  public List<StoredPack> list() throws IOException {
    List<StoredPack> packs = new ArrayList<>();
    for (FileLayer.Entry group : files.list(directory)) {
      if (!group.isDirectory()) {
        log.warn("Ignored a file that is no pack path={}", group.path());
        continue;
      }
      for (FileLayer.Entry entry : files.list(group.path())) {
        Optional<UUID> id = idOf(entry);
        if (id.isPresent() && path(id.get()).equals(entry.path())) {
          packs.add(new StoredPack(id.get(), entry.sizeBytes()));
        } else {
          log.warn("Ignored a file that is no pack path={}", entry.path());
        }
      }
    }
    return packs;
  }

  @Override
  public void settle(Collection<UUID> packIds) throws IOException {
    for (Path group : packIds.stream().map(this::groupOf).distinct().toList()) {
      publisher.change(group, () -> true);
    }
  }

  @Override
  public Optional<Instant> delete(UUID packId) throws IOException {
    Path path = path(packId);
    publisher.change(groupOf(packId), () -> files.delete(path));
    return Optional.empty();
  }

  @Override
  public void retire(Collection<UUID> packIds, Instant at) throws IOException {
    Set<Path> groups = new LinkedHashSet<>();
    // The new names first: a pack that a crash leaves under both, or the old, is only found again.
    publisher.change(
        trash,
        () -> {
          for (UUID packId : packIds) {
            try {
              files.rename(
                  path(packId), trash.resolve(new TrashName(at, packId, SUFFIX).toString()));
            } catch (NoSuchFileException e) {
              continue;
            }
            groups.add(groupOf(packId));
          }
          return !groups.isEmpty();
        });
    for (Path group : groups) {
      publisher.change(group, () -> true);
    }
  }

  @Override
  public List<RetiredPack> retired() throws IOException {
    List<RetiredPack> packs = new ArrayList<>();
    for (FileLayer.Entry entry : files.list(trash)) {
      TrashName.parse(entry.name(), SUFFIX)
          .filter(name -> !entry.isDirectory())
          .ifPresent(
              name -> packs.add(new RetiredPack(name.id(), name.retired(), entry.sizeBytes())));
    }
    return packs;
  }

  @Override
  public void restore(RetiredPack pack) throws IOException {
    publisher.change(
        groupOf(pack.id()),
        () -> {
          files.rename(retiredPath(pack), path(pack.id()));
          return true;
        });
    publisher.change(trash, () -> true);
  }

  @Override
  public Map<RetiredPack, Instant> purge(Collection<RetiredPack> packs) throws IOException {
    publisher.change(
        trash,
        () -> {
          for (RetiredPack pack : packs) {
            files.delete(retiredPath(pack));
          }
          return true;
        });
    return Map.of();
  }

  private Path retiredPath(RetiredPack pack) {
    return trash.resolve(new TrashName(pack.at(), pack.id(), SUFFIX).toString());
  }

  private Path groupOf(UUID packId) {
    return directory.resolve(packId.toString().substring(0, 2));
  }

  private Path path(UUID packId) {
    return groupOf(packId).resolve(packId + SUFFIX);
  }

  private static Optional<UUID> idOf(FileLayer.Entry entry) {
    String name = entry.name();
    if (entry.isDirectory()
        || name.length() != ID_LENGTH + SUFFIX.length()
        || !name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(name.substring(0, ID_LENGTH)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The repository's lock makes the look before the rename safe: nobody else publishes here. */
  private final class LocalUpload implements Upload {

    private final UUID packId;
    private final FilePublisher.Publication publication;

    LocalUpload(UUID packId, FilePublisher.Publication publication) {
      this.packId = packId;
      this.publication = publication;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      publication.append(bytes);
    }

    @Override
    public Outcome publish() throws IOException {
      try (ReadableFile there = open(packId)) {
        return publication.isSameAs(there) ? Outcome.ALREADY_THE_SAME : Outcome.CONFLICT;
      } catch (NoSuchFileException e) {
        publication.publishNew();
        return Outcome.CREATED;
      }
    }

    @Override
    public ReadableFile readBack() throws IOException {
      return publication.readBack();
    }

    @Override
    public Outcome replace() throws IOException {
      publication.publish();
      return Outcome.CREATED;
    }

    @Override
    public void close() {
      publication.close();
    }
  }
}
