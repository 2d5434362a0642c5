/**
 * The published packs: which there are ({@link dozo.repository.pack.PackTable}), how one is opened
 * ({@link dozo.repository.pack.PackLibrary}), and the directories kept in memory, because a backup
 * finds its chunks in the order in which an earlier one wrote them ({@link
 * dozo.repository.pack.DirectoryCache}).
 *
 * <p>A pack never changes, so everything read from one may be kept for good. All classes are safe
 * for use by several threads.
 */
@NullMarked
package dozo.repository.pack;

import org.jspecify.annotations.NullMarked;
