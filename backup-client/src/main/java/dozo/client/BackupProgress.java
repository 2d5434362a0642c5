package dozo.client;

/**
 * How far a backup has come.
 *
 * @param diskBytes the size of all disks and files
 * @param dataBytes how much of that is not known to be holes, and has to be read
 * @param readBytes how much of the data was read and handed to the network
 * @param sentBytes how many bytes of data went over the network; after a lost connection some may
 *     have gone twice
 * @param newBytes the plain bytes of chunks that the server did not have yet
 * @param duplicateBytes the plain bytes of chunks that it had
 * @param storedBytes what the new ones took in the repository
 */
public record BackupProgress(
    long diskBytes,
    long dataBytes,
    long readBytes,
    long sentBytes,
    long newBytes,
    long duplicateBytes,
    long storedBytes) {}
