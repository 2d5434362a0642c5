package dozo.mount.overlay;

import dozo.format.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The map of a disk, in memory and on stable storage. When a map is opened that has become much
 * longer than what it says, it is written anew and takes the old one's name.
 *
 * <p>One thread at a time appends; the states are for many.
 */
final class MapStore implements Closeable {
  /** Below this it is not worth the while. */
  private static final long REWRITE_BYTES = 1 << 20;

  private final Path path;
  private MapJournal journal;
  private final BlockStates states = new BlockStates();
  private long sizeBytes;
  private long baseEnd;

  private MapStore(OverlayFiles files, Path path) throws IOException {
    this.path = path;
    this.journal = MapJournal.open(files, path, this::replay);
    if (journal.usedBytes() == OverlayFormat.HEADER_BYTES) {
      sizeBytes = header().imageBytes();
      baseEnd = sizeBytes;
    }
  }

  /** Opens the map of a disk. */
  static MapStore open(OverlayFiles files, Path path) throws IOException {
    MapStore store = new MapStore(files, path);
    try {
      store.rewriteIfLong(files);
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void replay(MapRecord record) {
    sizeBytes = record.sizeBytes();
    baseEnd = record.baseEnd();
    record.entries().forEach(states::set);
  }

  private void rewriteIfLong(OverlayFiles files) throws IOException {
    if (journal.usedBytes() < REWRITE_BYTES) {
      return;
    }
    List<MapEntry> entries = states.written();
    if (journal.usedBytes() < 4 * MapRecord.bytesOfAll(entries.size())) {
      return;
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try {
      rewrite(files, fresh, entries);
    } catch (NoSpaceException e) {
      // Whoever has to make room may need what is on the disk; the long map is as good.
      files.delete(fresh);
    }
  }

  private void rewrite(OverlayFiles files, Path fresh, List<MapEntry> entries) throws IOException {
    files.delete(fresh);
    MapJournal next =
        MapJournal.create(files, fresh, header().withGeneration(header().generation() + 1));
    try {
      next.append(sizeBytes, baseEnd, entries);
      files.rename(fresh, path);
      files.syncDirectory(path.resolveSibling("."));
    } catch (IOException | RuntimeException e) {
      next.close();
      throw e;
    }
    journal.close();
    journal = next;
  }

  OverlayHeader header() {
    return journal.header();
  }

  BlockStates states() {
    return states;
  }

  /** The size of the image when the map was opened. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Where the image beneath ended to show when the map was opened. */
  long baseEnd() {
    return baseEnd;
  }

  /** As {@link MapJournal#reserve}. */
  void reserve(long entries) throws IOException {
    journal.reserve(entries);
  }

  /** As {@link MapJournal#append}. */
  void append(long newSizeBytes, long newBaseEnd, List<MapEntry> entries) throws IOException {
    journal.append(newSizeBytes, newBaseEnd, entries);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
