package dozo.repository;

import dozo.repository.pack.PackTable;

/**
 * What a repository holds and what it is doing.
 *
 * @param packs the published packs
 * @param unreadablePacks packs of which nothing can be had
 * @param salvagedPacks packs that had lost their header, directory or trailer
 * @param repairedPacks damaged packs that are read with the help of their parity
 * @param damagedSegments segments that could not be read since
 * @param restorePoints committed restore points
 * @param damagedManifests files among the manifests that could not be read at the start
 * @param indexedChunks chunks and map nodes that the index knows
 * @param filterBytes the memory that the Bloom filter takes
 * @param bufferedBytes bytes taken in and not yet written
 * @param sessions sessions that have not ended
 * @param openSources disks and files being read
 */
public record RepositoryStatistics(
    PackTable.Totals packs,
    int unreadablePacks,
    int salvagedPacks,
    int repairedPacks,
    int damagedSegments,
    int restorePoints,
    int damagedManifests,
    long indexedChunks,
    long filterBytes,
    long bufferedBytes,
    int sessions,
    int openSources) {}
