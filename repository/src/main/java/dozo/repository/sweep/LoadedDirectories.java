package dozo.repository.sweep;

import dozo.format.pack.PackDirectory;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.work.Pace;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Pack directories that were used lately, within a bound of bytes. A sweep has its own, so that it
 * does not push those out that backups use. Reading is counted against the pace, but never waits,
 * since it happens on the threads of the pool, which backups need. Safe for use by several threads.
 */
final class LoadedDirectories {

  /** What a chunk takes in a directory on storage. */
  private static final int ENTRY_BYTES = 36;

  private final PackLibrary library;
  private final Pace pace;
  private final long maximumBytes;

  /** In the order of their last use. */
  private final Map<Integer, PackDirectory> loaded = new LinkedHashMap<>(64, 0.75f, true);

  private final Set<Integer> salvaged = new HashSet<>();
  private long bytes;

  LoadedDirectories(PackLibrary library, Pace pace, long maximumBytes) {
    this.library = library;
    this.pace = pace;
    this.maximumBytes = maximumBytes;
  }

  /** The directory of a pack, read if it is not here. */
  PackDirectory get(PackEntry pack) throws IOException {
    synchronized (this) {
      PackDirectory known = loaded.get(pack.number());
      if (known != null) {
        return known;
      }
    }
    pace.spend((long) ENTRY_BYTES * pack.chunks());
    PackDirectory read = library.list(pack.id()).directory();
    if (library.salvaged().containsKey(pack.id())) {
      synchronized (this) {
        salvaged.add(pack.number());
      }
    }
    if (read.chunkCount() != pack.chunks()) {
      throw new IOException(
          "Pack "
              + pack.id()
              + " was entered with "
              + pack.chunks()
              + " chunks and has "
              + read.chunkCount());
    }
    keep(pack.number(), read);
    return read;
  }

  /** Whether a pack had to be salvaged, and may have held more than its directory shows. */
  synchronized boolean wasSalvaged(PackEntry pack) {
    return salvaged.contains(pack.number()) || library.salvaged().containsKey(pack.id());
  }

  private synchronized void keep(int pack, PackDirectory directory) {
    if (loaded.putIfAbsent(pack, directory) == null) {
      bytes += directory.memoryBytes();
    }
    Iterator<PackDirectory> oldest = loaded.values().iterator();
    while (bytes > maximumBytes && loaded.size() > 1) {
      bytes -= oldest.next().memoryBytes();
      oldest.remove();
    }
  }
}
