/**
 * Giving space back. {@link dozo.repository.sweep.Sweeper} walks the maps of all restore points,
 * each distinct node once, and marks what is reached; packs in which nothing is marked are retired
 * to the trash, and the marked chunks of packs that are mostly waste, or small, are copied to new
 * packs first. It runs beside backups and readers.
 *
 * <pre>
 * PointTrash.roots ─▶ NodeMarker ── nodes ──▶ ReferenceResolver ─▶ PackMarks: a bit a chunk
 *                        │                       ▲ (sorted, index, grouped by pack, directories)
 *                        └── chunks ─▶ ChunkMarker ┘
 * PackMarks ─▶ SweepPlan ─▶ condemn ─▶ PackCompactor ─▶ ChunkIndex.exchange ─▶ PackStorage.retire
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>What a restore point in the catalogue or in the trash needs is in a pack that is not in the
 *       trash; so is what an open session relies on. {@code docs/durability.md} §3 proves it.
 *   <li>The index is believed in nothing: a chunk is marked where a pack's directory shows its
 *       whole id, and a reference that the index does not lead to is searched in all directories.
 *   <li>A second copy of a marked chunk is given up only after the first was read.
 *   <li>Whatever stops a sweep, running it again goes on; there is nothing to clean up.
 * </ol>
 *
 * <p>Memory: one bit for each chunk of the repository and some 100 bytes for each pack, besides
 * about 130 MiB of batches, caches and directories whatever the repository's size. 100 million
 * chunks of 21 KiB in 31,000 packs take 16 MiB so, and 150 MiB altogether.
 */
@NullMarked
package dozo.repository.sweep;

import org.jspecify.annotations.NullMarked;
