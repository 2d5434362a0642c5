package dozo.format.parity;

/**
 * Which byte of a stream is in which shard, stripe, group and row, and how many parity shards there
 * are ({@code docs/format.md} §7.1). All of it follows from two numbers.
 *
 * @param percent how much parity, 1 to {@value #MAXIMUM_PERCENT}
 * @param protectedBytes the length of the stream, at least 1
 */
public record ParityLayout(int percent, long protectedBytes) {

  /** The length of a shard in bytes. */
  public static final int SHARD_BYTES = 8_192;

  /** How many groups a stripe has, and so how many neighbours are in different ones. */
  public static final int GROUPS = 16;

  /** The most parity in percent. */
  public static final int MAXIMUM_PERCENT = 25;

  /** Checks the bounds. */
  public ParityLayout {
    checkPercent(percent);
    if (protectedBytes < 1 || protectedBytes > (long) SHARD_BYTES * Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Parity protects 1 byte to 16 TiB, not " + protectedBytes);
    }
  }

  static void checkPercent(int percent) {
    if (percent < 1 || percent > MAXIMUM_PERCENT) {
      throw new IllegalArgumentException(
          "Parity is 1 to " + MAXIMUM_PERCENT + " percent, not " + percent);
    }
  }

  /** How many rows a full stripe has. */
  static int fullRows(int percent) {
    return Math.min(CauchyCode.DATA_ROWS, 100 * CauchyCode.PARITY_ROWS / percent);
  }

  /** How many parity rows belong to so many rows. */
  static int parityRows(int percent, int rows) {
    return Math.max(1, Math.ceilDiv(rows * percent, 100));
  }

  /** How many shards the stream has. */
  public int shards() {
    return (int) Math.ceilDiv(protectedBytes, (long) SHARD_BYTES);
  }

  /** How many stripes the stream has. */
  public int stripes() {
    return Math.ceilDiv(shards(), stripeShards());
  }

  /** The first shard of a stripe. */
  public int firstShard(int stripe) {
    return stripe * stripeShards();
  }

  /** How many shards a stripe has. */
  public int shards(int stripe) {
    return Math.min(stripeShards(), shards() - firstShard(stripe));
  }

  /** How many rows a stripe has. */
  public int rows(int stripe) {
    return Math.ceilDiv(shards(stripe), GROUPS);
  }

  /** How many parity rows a stripe has, 1 to 8. */
  public int parityRows(int stripe) {
    return parityRows(percent, rows(stripe));
  }

  /** How many parity shards there are. */
  public int parityShards() {
    return firstParityShard(stripes());
  }

  /** The number of the first parity shard of a stripe. */
  public int firstParityShard(int stripe) {
    int last = stripes() - 1;
    int fullStripe = GROUPS * parityRows(percent, fullRows(percent));
    return stripe <= last ? stripe * fullStripe : last * fullStripe + GROUPS * parityRows(last);
  }

  /** The stripe that a parity shard belongs to. */
  public int stripeOf(int parityShard) {
    int fullStripe = GROUPS * parityRows(percent, fullRows(percent));
    return Math.min(parityShard / fullStripe, stripes() - 1);
  }

  /** The group in its stripe that a parity shard belongs to. */
  public int groupOf(int parityShard) {
    int stripe = stripeOf(parityShard);
    return (shards(stripe) + parityShard - firstParityShard(stripe)) % GROUPS;
  }

  /** The parity row of its group that a parity shard is. */
  public int parityRowOf(int parityShard) {
    return (parityShard - firstParityShard(stripeOf(parityShard))) / GROUPS;
  }

  /** The shard in a group's row, or -1 if only zeros stand there. */
  public int shardAt(int stripe, int group, int row) {
    int inStripe = row * GROUPS + group;
    return inStripe < shards(stripe) ? firstShard(stripe) + inStripe : -1;
  }

  /** Where a shard begins in the stream. */
  public long offset(int shard) {
    return (long) shard * SHARD_BYTES;
  }

  /** How many bytes of the stream are in a shard: fewer than {@value #SHARD_BYTES} in the last. */
  public int length(int shard) {
    return (int) Math.min(SHARD_BYTES, protectedBytes - offset(shard));
  }

  private int stripeShards() {
    return GROUPS * fullRows(percent);
  }
}
