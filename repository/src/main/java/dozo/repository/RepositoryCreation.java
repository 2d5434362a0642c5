package dozo.repository;

import dozo.format.Fault;
import dozo.format.ForeignDirectoryException;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryFile;
import dozo.format.manifest.RepositoryIdentity;
import dozo.format.manifest.RepositoryParameters;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.storage.RepositoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes a repository in a directory that is new, empty, or holds what an earlier attempt left
 * behind. {@code repository.dozo} is published last: a directory without it is no repository, and
 * one with it is whole.
 */
final class RepositoryCreation {

  private final RepositoryLayout layout;
  private final RepositoryOptions options;
  private final FileLayer files;

  RepositoryCreation(Path root, RepositoryOptions options) {
    this.layout = new RepositoryLayout(root);
    this.options = options;
    this.files = options.files();
  }

  RepositoryIdentity create(
      RepositoryParameters parameters, SlotSecret secret, Argon2Cost cost, String label)
      throws IOException {
    Files.createDirectories(layout.root());
    requireFree();
    try (CloseStack closing = new CloseStack()) {
      closing.push(RepositoryLock.exclusive(layout.lock()));
      requireFree();
      Set<Path> present =
          files.list(layout.root()).stream().map(FileLayer.Entry::path).collect(Collectors.toSet());
      for (Path directory : layout.directories()) {
        if (!present.contains(directory)) {
          files.createDirectory(directory);
        }
      }
      FilePublisher publisher = new FilePublisher(files, layout.temporary());
      publisher.discardUnfinished();
      discardKeys();
      new LocalPackStorage(files, publisher, layout.packs(), layout.trash()).prepare();
      files.syncDirectory(layout.root());
      RepositoryIdentity identity =
          new RepositoryIdentity(
              UUID.randomUUID(), options.clock().instant().truncatedTo(ChronoUnit.SECONDS));
      RepositoryKeys.create(
          publisher,
          layout.keys(),
          identity.id(),
          secret,
          cost,
          label,
          options.clock(),
          options.random());
      publisher.publish(layout.identity(), new RepositoryFile(identity, parameters).encode());
      syncParent();
      return identity;
    }
  }

  /** A directory that somebody uses is not touched. */
  private void requireFree() throws IOException {
    for (FileLayer.Entry entry : files.list(layout.root())) {
      if (entry.path().equals(layout.identity())) {
        throw new ForeignDirectoryException(
            Fault.of("There is a repository already")
                .file(layout.root())
                .cure("open that one, or name another directory"));
      }
      boolean leftBehind =
          entry.path().equals(layout.lock())
              || (layout.directories().contains(entry.path()) && holdsNothing(entry.path()));
      if (!leftBehind) {
        throw new ForeignDirectoryException(
            Fault.of("The directory is not empty, and holds no repository")
                .file(entry.path())
                .cure(
                    "name a new or an empty directory; if a repository was here, put its file"
                        + " repository.dozo back from a copy"));
      }
    }
  }

  /** Whether a directory holds no more than an attempt that was cut off leaves in it. */
  private boolean holdsNothing(Path directory) throws IOException {
    List<FileLayer.Entry> entries = files.list(directory);
    if (directory.equals(layout.keys())) {
      return entries.size() <= 1; // An attempt publishes one; more are somebody's.
    }
    if (directory.equals(layout.temporary())) {
      return true;
    }
    for (FileLayer.Entry entry : entries) {
      if (!entry.isDirectory() || !files.list(entry.path()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Keys of a repository that never was open nothing. */
  private void discardKeys() throws IOException {
    List<FileLayer.Entry> keys = files.list(layout.keys());
    for (FileLayer.Entry key : keys) {
      files.delete(key.path());
    }
    files.syncDirectory(layout.keys());
  }

  private void syncParent() throws IOException {
    Path parent = layout.root().toAbsolutePath().normalize().getParent();
    if (parent != null) {
      files.syncDirectory(parent);
    }
  }
}
