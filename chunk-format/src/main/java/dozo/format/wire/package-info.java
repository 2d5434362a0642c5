/**
 * What a client that deduplicates at the source, and its server, have to compute alike: the bytes
 * of chunks on the wire, compressed together (docs/protocol.md §4.1). Cutting, ids and proofs need
 * nothing of their own: {@link dozo.format.chunk.StreamCutter} and {@link dozo.format.ChunkHasher}
 * do them on either side.
 */
@NullMarked
package dozo.format.wire;

import org.jspecify.annotations.NullMarked;
