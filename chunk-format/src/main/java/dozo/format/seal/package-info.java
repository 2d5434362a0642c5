/**
 * Sealing: chunks become the records of a pack, and records chunks again ({@code docs/format.md}
 * §6, §7).
 *
 * <p>Data flows {@link dozo.format.seal.SegmentBuffer} (chunks of one stream, one copy) to {@link
 * dozo.format.seal.ChunkSealer} (compresses) to {@link dozo.format.seal.SegmentRecord} (on its way)
 * to {@link dozo.format.seal.RecordSealer} (encrypts where the bytes lie, when the pack knows the
 * record's ordinal); and back through {@link dozo.format.seal.ChunkOpener} to {@link
 * dozo.format.seal.SegmentView}. Compression takes ten times as long as encryption and needs to
 * know nothing of the pack, so many threads compress while the one that writes the pack encrypts.
 *
 * <ul>
 *   <li>Every class that holds buffers is confined to one thread at a time; none of them keeps an
 *       array that it is passed.
 *   <li>A {@link dozo.format.seal.RecordSealer} counts the ordinals itself and they are the nonces,
 *       so none is ever used twice.
 *   <li>What comes out of {@link dozo.format.seal.ChunkOpener} has passed the checksum, the
 *       authentication tag and the bounds of every length.
 * </ul>
 */
@NullMarked
package dozo.format.seal;

import org.jspecify.annotations.NullMarked;
