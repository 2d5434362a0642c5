package dozo.repository.read;

import dozo.format.ChunkId;

/**
 * A chunk that someone needs.
 *
 * @param index its place in what was asked for
 * @param id its id
 * @param lengthBytes its length, or -1 if that is not known
 * @param offset where it lies in what needs it, for errors
 */
public record WantedChunk(int index, ChunkId id, long lengthBytes, long offset) {}
