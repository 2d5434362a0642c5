/**
 * Who relies on what, so that giving space back needs no clock. A session <i>claims</i> each pack
 * in which it found a chunk, in the {@link dozo.repository.claims.ClaimLedger}; a pack is condemned
 * under the same lock and only if nobody claims it. A reader has a <i>lease</i> of the restore
 * point that it reads, in the {@link dozo.repository.claims.ReaderLeases}, and what is leased is
 * not forgotten.
 *
 * <p>The argument that rests on this is in {@code docs/durability.md} §3.
 */
@NullMarked
package dozo.repository.claims;

import org.jspecify.annotations.NullMarked;
