package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a repository takes, indexes and everything else included.
 *
 * @param bytes of each file its length or what is allocated for it, whichever is less: so a file
 *     with holes, such as the map of LMDB, counts with what is used of it, and no file with the
 *     rest of its last block
 * @param apparentBytes the lengths of all files, as {@code du --apparent-size} tells them
 * @param allocatedBytes what the file system has allocated, as {@code du} tells it
 */
record Stored(long bytes, long apparentBytes, long allocatedBytes) {

  /** A repository that is not there. */
  static final Stored NOTHING = new Stored(0, 0, 0);

  private static final int SECTOR_BYTES = 512;

  /** What has come since. */
  Stored since(Stored before) {
    return new Stored(
        bytes - before.bytes,
        apparentBytes - before.apparentBytes,
        allocatedBytes - before.allocatedBytes);
  }

  /** Measures a directory. */
  static Stored in(Path directory, Workbench bench) throws IOException {
    long bytes = 0;
    long apparent = 0;
    long allocated = 0;
    String files = bench.ask("find", directory.toString(), "-type", "f", "-printf", "%s %b\\n");
    for (String line : files.lines().toList()) {
      int space = line.indexOf(' ');
      long length = Long.parseLong(line.substring(0, space));
      long blocks = Long.parseLong(line.substring(space + 1)) * SECTOR_BYTES;
      bytes += Math.min(length, blocks);
      apparent += length;
      allocated += blocks;
    }
    return new Stored(bytes, apparent, allocated);
  }
}
