package dozo.mount.read;

/**
 * What reading ahead for boots came to.
 *
 * @param bytes how much was brought, of decoded chunks
 * @param usedBytes how much of it readers have found in the cache
 */
public record PrefetchStatistics(long bytes, long usedBytes) {}
