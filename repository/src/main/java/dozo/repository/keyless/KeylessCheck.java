package dozo.repository.keyless;

import dozo.format.DozoException;
import dozo.format.EnvelopedFile;
import dozo.format.FileKind;
import dozo.format.manifest.RepositoryFile;
import dozo.format.pack.Damage;
import dozo.format.pack.PackCheck;
import dozo.format.pack.PackReader;
import dozo.repository.RepositoryLayout;
import dozo.repository.keyless.KeylessReport.FileDamage;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import dozo.repository.storage.SmallFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Reads every file of a repository's directory but the index, and checks the checksums. It takes no
 * lock and changes nothing: since files are published whole and never changed, it may run beside a
 * server, and a file that a sweep takes away meanwhile is left out.
 *
 * <p>For one thread, and one use.
 */
public final class KeylessCheck {

  private static final int MAXIMUM_FILE_BYTES = 16 << 20;

  private final FileLayer files = new LocalFiles();
  private final RepositoryLayout directories;
  private final Listener listener;
  private final List<FileDamage> damages = new ArrayList<>();
  private int packs;
  private long segments;
  private int others;
  private long bytes;

  /** Hears how far the check is. */
  @FunctionalInterface
  public interface Listener {

    /** Hears nothing. */
    Listener NONE = bytes -> {};

    /** So many bytes were read. */
    void progress(long doneBytes);
  }

  private KeylessCheck(Path root, Listener listener) {
    this.directories = new RepositoryLayout(root);
    this.listener = listener;
  }

  /**
   * Checks a directory.
   *
   * @throws DozoException if it holds no repository
   * @throws IOException if it cannot be listed
   */
  public static KeylessReport check(Path root, Listener listener) throws IOException {
    return new KeylessCheck(root, listener).run();
  }

  private KeylessReport run() throws IOException {
    byte[] identity =
        SmallFiles.read(files, directories.identity(), RepositoryFile.MAXIMUM_FILE_BYTES);
    UUID repository = RepositoryFile.decode(identity).identity().id();
    others++;
    small(directories.keys(), FileKind.KEY_SLOT);
    small(directories.manifests(), FileKind.MANIFEST);
    for (FileLayer.Entry kind : sorted(directories.state())) {
      small(kind.path(), FileKind.STATE);
    }
    for (FileLayer.Entry group : sorted(directories.packs())) {
      for (FileLayer.Entry pack : sorted(group.path())) {
        pack(pack, repository);
      }
    }
    return new KeylessReport(packs, segments, others, bytes, damages);
  }

  private List<FileLayer.Entry> sorted(Path directory) throws IOException {
    try {
      return files.list(directory).stream()
          .sorted(Comparator.comparing(FileLayer.Entry::path))
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private void small(Path directory, FileKind kind) throws IOException {
    for (FileLayer.Entry entry : sorted(directory)) {
      try {
        byte[] file = SmallFiles.read(files, entry.path(), MAXIMUM_FILE_BYTES);
        others++;
        done(file.length);
        EnvelopedFile.decode(kind, file, kind + " " + entry.name());
      } catch (NoSuchFileException _) {
        // It was deleted since it was listed.
      } catch (IOException e) {
        damage(entry.path(), e);
      }
    }
  }

  private void pack(FileLayer.Entry entry, UUID repository) {
    try (ReadableFile file = files.open(entry.path())) {
      packs++;
      UUID id = UUID.fromString(entry.name().replace(".pack", ""));
      PackCheck check = PackReader.open(new ReadAhead(file), id, repository).verifyChecksums();
      segments += check.segments();
      for (Damage damage : check.damages()) {
        damages.add(
            new FileDamage(entry.path(), damage.offset(), damage.lengthBytes(), damage.what()));
      }
    } catch (NoSuchFileException _) {
      return; // A sweep has taken it away since it was listed.
    } catch (IllegalArgumentException e) {
      damages.add(new FileDamage(entry.path(), 0, 0, "No pack is named so"));
    } catch (IOException e) {
      damage(entry.path(), e);
    }
    done(entry.sizeBytes());
  }

  private void done(long more) {
    bytes += more;
    listener.progress(bytes);
  }

  private void damage(Path file, IOException e) {
    boolean known = e instanceof DozoException;
    String what = known ? ((DozoException) e).fault().what() : String.valueOf(e.getMessage());
    long offset = known ? Math.max(0, ((DozoException) e).fault().offset()) : 0;
    damages.add(new FileDamage(file, offset, 0, what));
  }
}
