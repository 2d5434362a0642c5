/**
 * Restore points as a tree of files: a directory for each, and in it every disk as {@code
 * NAME.vhdx} and {@code NAME.raw}, or in the formats of {@link dozo.mount.tree.ShownFaces}, the
 * VM's configuration files under {@code config/}, and what is known of the restore point in {@code
 * restore-point.json}.
 *
 * <p>{@link dozo.mount.tree.RestorePointTree} is the way in; {@link dozo.mount.tree.RestorePoints}
 * is where restore points come from, a server or a bare repository. A disk is opened when it is
 * first needed and closed with the last file that shows it. Names, sizes and inode numbers follow
 * from the restore point alone, so that they are the same at every mount.
 *
 * <p>Everything may be called from any number of threads.
 */
@NullMarked
package dozo.mount.tree;

import org.jspecify.annotations.NullMarked;
