package dozo.mount.image;

/**
 * Where things stand in a qcow2 file around a disk (QEMU: "Qcow2 Image File Format",
 * docs/interop/qcow2.txt). Clusters have 64 KiB. Everything has its place from the start, whether
 * it is used or not, so that each place follows from the disk's size alone:
 *
 * <pre>
 *   cluster 0                the header
 *   behind it                refcount table: 8 bytes for each refcount block
 *                            L1 table: 8 bytes for each L2 table
 *                            refcount blocks: 2 bytes for each cluster of the file, 2 GiB a block
 *                            L2 tables: 8 bytes for each cluster of the disk, 512 MiB a table
 *                            the disk, shifted
 * </pre>
 *
 * @param diskBytes size of the disk, a multiple of 512
 * @param refcountBlocks how many refcount blocks cover the whole file, themselves included
 */
record Qcow2Layout(long diskBytes, int refcountBlocks) {
  static final int CLUSTER_BITS = 16;
  static final int CLUSTER_BYTES = 1 << CLUSTER_BITS;

  /** Entries of 8 bytes in a cluster, and so clusters of the disk that an L2 table maps. */
  static final int ENTRIES = CLUSTER_BYTES / Long.BYTES;

  /** How many bytes of the disk an L2 table maps. */
  static final long TABLE_BYTES = (long) ENTRIES * CLUSTER_BYTES;

  /** Refcounts of 2 bytes in a refcount block. */
  static final int REFCOUNTS = CLUSTER_BYTES / Short.BYTES;

  /** Lays out the file around a disk. */
  static Qcow2Layout of(long diskBytes) {
    int blocks = 1;
    // More blocks make a longer file, which may take one more: that settles in a few rounds.
    while (Math.ceilDiv(new Qcow2Layout(diskBytes, blocks).clusters(), REFCOUNTS) > blocks) {
      blocks =
          Math.toIntExact(Math.ceilDiv(new Qcow2Layout(diskBytes, blocks).clusters(), REFCOUNTS));
    }
    return new Qcow2Layout(diskBytes, blocks);
  }

  /** Clusters of the disk, the last one perhaps in part behind its end. */
  long diskClusters() {
    return Math.ceilDiv(diskBytes, CLUSTER_BYTES);
  }

  /** How many L2 tables there is room for: at most 131,072. */
  int tables() {
    return (int) Math.ceilDiv(diskBytes, TABLE_BYTES);
  }

  int refcountTableClusters() {
    return Math.ceilDiv(refcountBlocks, ENTRIES);
  }

  /** The first cluster of the refcount table. */
  int refcountTableAt() {
    return 1;
  }

  /** The first cluster of the L1 table. */
  int directoryAt() {
    return refcountTableAt() + refcountTableClusters();
  }

  /** The first refcount block's cluster. */
  int refcountBlocksAt() {
    return directoryAt() + Math.ceilDiv(tables(), ENTRIES);
  }

  /** The first L2 table's cluster. */
  int tablesAt() {
    return refcountBlocksAt() + refcountBlocks;
  }

  /** The disk's first cluster. */
  int diskAt() {
    return tablesAt() + tables();
  }

  /** Clusters of the file. */
  long clusters() {
    return diskAt() + diskClusters();
  }

  static long offset(long cluster) {
    return cluster << CLUSTER_BITS;
  }
}
