package dozo.repository.pack;

import dozo.format.pack.ContentKind;
import java.util.UUID;

/**
 * A published pack.
 *
 * @param number what the index calls the pack; never given twice while an index lasts
 * @param id its id, which is also its name in the storage
 * @param kind what it holds
 * @param epoch the key epoch that it is sealed under
 * @param sizeBytes the length of the whole pack
 * @param chunks how many chunks or map nodes it holds
 */
public record PackEntry(
    int number, UUID id, ContentKind kind, int epoch, long sizeBytes, int chunks) {}
