package dozo.repository.ingest;

/**
 * How far a session is. The figures are read one after another while the session goes on, so they
 * need not fit together to the byte.
 *
 * @param acceptedBytes bytes given to the streams, zeros included
 * @param readBytes bytes cut into chunks
 * @param holeBytes bytes found to be holes
 * @param newChunks chunks that the repository did not have
 * @param newBytes their plain bytes
 * @param duplicateBytes bytes of chunks that the repository had, those kept from a base included
 * @param storedBytes what the new chunks and map nodes became in the packs, as far as sealed
 */
public record SessionProgress(
    long acceptedBytes,
    long readBytes,
    long holeBytes,
    long newChunks,
    long newBytes,
    long duplicateBytes,
    long storedBytes) {}
