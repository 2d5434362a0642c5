package dozo.client;

/**
 * How far a backup has come.
 *
 * @param totalBytes the size of all disks and files
 * @param doneBytes how much of that has been sent or told, holes included
 * @param sentBytes how many bytes of data went over the network; after a lost connection some may
 *     have gone twice
 * @param newBytes the plain bytes of chunks that the server did not have yet
 * @param duplicateBytes the plain bytes of chunks that it had
 * @param storedBytes what the new ones took in the repository
 */
public record BackupProgress(
    long totalBytes,
    long doneBytes,
    long sentBytes,
    long newBytes,
    long duplicateBytes,
    long storedBytes) {}
