/**
 * Tags, by which a backup client knows blocks of a disk again ({@code docs/block-tags.md}).
 *
 * <p>They name nothing and are of no use to anybody else: a chunk's id is a {@link
 * dozo.format.ChunkId}.
 */
@NullMarked
package dozo.format.tag;

import org.jspecify.annotations.NullMarked;
