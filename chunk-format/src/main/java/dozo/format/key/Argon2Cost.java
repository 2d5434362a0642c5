package dozo.format.key;

/**
 * What deriving a key from a passphrase costs, and so what each guess costs a thief: the parameters
 * of Argon2id (RFC 9106).
 *
 * @param memoryKib the memory in KiB, from 8 for each lane to 4 GiB
 * @param passes how often the memory is gone through, 1 to 100; memory times passes is at most 16
 *     GiB
 * @param lanes the degree of parallelism, 1 to 64
 */
public record Argon2Cost(int memoryKib, int passes, int lanes) {

  /** What new slots get: 256 MiB, 3 passes, 4 lanes; about a second of work. */
  public static final Argon2Cost DEFAULT = new Argon2Cost(256 << 10, 3, 4);

  private static final int MAXIMUM_MEMORY_KIB = 4 << 20;
  private static final int MAXIMUM_PASSES = 100;
  private static final int MAXIMUM_LANES = 64;
  private static final long MAXIMUM_WORK_KIB = 16L << 20;

  /** Checks the bounds. */
  public Argon2Cost {
    if (lanes < 1 || lanes > MAXIMUM_LANES) {
      throw new IllegalArgumentException("Argon2id has 1 to 64 lanes, not " + lanes);
    }
    if (memoryKib < 8 * lanes || memoryKib > MAXIMUM_MEMORY_KIB) {
      throw new IllegalArgumentException(
          "Argon2id with " + lanes + " lanes has " + 8 * lanes + " KiB to 4 GiB, not " + memoryKib);
    }
    if (passes < 1 || passes > MAXIMUM_PASSES || (long) memoryKib * passes > MAXIMUM_WORK_KIB) {
      throw new IllegalArgumentException(
          "Argon2id has 1 to 100 passes, over 16 GiB in all, not " + passes);
    }
  }
}
