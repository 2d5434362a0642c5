package dozo.mount.fuse;

import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.NodeAttributes;
import java.io.IOException;
import java.time.Instant;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Timespec;

/** Puts a node's attributes into the {@code struct stat} that the kernel gets. */
final class NodeStat {
  /** {@code st_blocks} counts in these, whatever {@code st_blksize} says (stat(2)). */
  private static final int STAT_BLOCK_BYTES = 512;

  /** A page: newer kernels do not take a larger block than that for granted. */
  private static final int PREFERRED_BYTES = 4096;

  private static final int ALL_READ = 0444;

  private final FileOwner owner;
  private final int fileMode;

  NodeStat(FileOwner owner, int fileMode) {
    this.owner = owner;
    this.fileMode = fileMode;
  }

  /** Fills in what a listing shows: which node it is, and of which kind. */
  void fillForListing(MountedNode node, FileStat stat) {
    stat.st_mode.set(node instanceof MountedDirectory ? FileStat.S_IFDIR : FileStat.S_IFREG);
    stat.st_ino.set(node.inode());
  }

  void fill(MountedNode node, FileStat stat) throws IOException {
    NodeAttributes attributes = node.attributes();
    boolean directory = node instanceof MountedDirectory;
    stat.st_mode.set(mode(directory, attributes.writable()));
    stat.st_nlink.set(directory ? 2 : 1);
    stat.st_uid.set(owner.uid());
    stat.st_gid.set(owner.gid());
    stat.st_ino.set(node.inode());
    stat.st_size.set(attributes.sizeBytes());
    stat.st_blocks.set(Math.ceilDiv(attributes.allocatedBytes(), STAT_BLOCK_BYTES));
    stat.st_blksize.set(PREFERRED_BYTES);
    set(stat.st_atim, attributes.modified());
    set(stat.st_mtim, attributes.modified());
    set(stat.st_ctim, attributes.modified());
  }

  private int mode(boolean directory, boolean writable) {
    int read = fileMode & ALL_READ;
    if (directory) {
      // Whoever may read a directory may also go in.
      return FileStat.S_IFDIR | read | (read >> 2);
    }
    return FileStat.S_IFREG | (writable ? fileMode : read);
  }

  private static void set(Timespec time, Instant instant) {
    time.tv_sec.set(instant.getEpochSecond());
    time.tv_nsec.set(instant.getNano());
  }
}
