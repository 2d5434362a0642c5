/**
 * Reed-Solomon parity over a stream of bytes ({@code docs/format.md} §7.1): {@link
 * dozo.format.parity.ParityLayout} says which byte belongs to which group, {@link
 * dozo.format.parity.ParityEncoder} computes parity shards while the bytes go by, and {@link
 * dozo.format.parity.GroupDecoder} computes the lost shards of a group. What the bytes are and
 * where parity is kept is not known here; packs know.
 *
 * <ul>
 *   <li>A code can fill erasures, not find them: whoever decodes knows by checksums what is lost,
 *       and checks what comes out.
 *   <li>What is computed depends on the bytes alone and not on the pieces in which they came.
 * </ul>
 */
@NullMarked
package dozo.format.parity;

import org.jspecify.annotations.NullMarked;
