/**
 * How a disk is cut. A {@link StreamCutter} is fed the bytes and zero ranges of one disk in order;
 * it takes the holes out, cuts what lies between them with the repository's {@link Chunker}, and
 * hands chunks and holes, in order and without a gap, to a {@link CutSink}.
 *
 * <p>What is cut where depends on the disk's content and on {@link ChunkerParameters} alone: never
 * on how the bytes were framed, nor on whether zeros came as bytes or as ranges, nor on the
 * machine. A client that cuts at the source and a server that cuts a stream therefore find the same
 * chunks.
 *
 * <p>A chunker is used by any number of threads; a cutter by one at a time.
 */
@NullMarked
package dozo.format.chunk;

import org.jspecify.annotations.NullMarked;
