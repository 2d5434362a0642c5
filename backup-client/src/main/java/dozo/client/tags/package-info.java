/**
 * What a backup client remembers of the disks that it backed up, so that a full read sends only
 * what changed ({@code docs/block-tags.md}).
 *
 * <p>{@link dozo.client.tags.BlockTagStore} finds the {@link dozo.client.tags.BlockTags} of a disk.
 * While the disk is read, they tell which blocks are as they were and note how all are now; with
 * the server's receipt they become the memory of the new restore point. Nothing here is needed to
 * back up: whatever is amiss with a file, the disk is read and sent as if it were not there.
 */
@NullMarked
package dozo.client.tags;

import org.jspecify.annotations.NullMarked;
