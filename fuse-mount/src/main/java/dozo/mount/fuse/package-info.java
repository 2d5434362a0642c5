/**
 * Shows a {@link dozo.mount.fs.MountedFileSystem} to the kernel through libfuse 2. {@link
 * dozo.mount.fuse.FuseMount} is the way in; no type of jnr leaves this package, and nothing else of
 * ours may use jnr.
 *
 * <p>A request goes {@code /dev/fuse -> SessionLoop -> libfuse -> FileSystemCallbacks -> OpenFile}
 * and the answer back the same way on the same thread. The threads of the session loop are the only
 * ones: their number is fixed when the mount is opened, and one of them is always kept free of
 * reading and writing, so that a back end that hangs makes reads wait and not {@code ls}.
 *
 * <p>libfuse would tell a reader "end of file" if a callback let an exception through, and the
 * kernel fills a short read with zeros. Therefore every callback catches whatever is thrown and
 * answers with an error, and every read is answered in full or not at all.
 */
@NullMarked
package dozo.mount.fuse;

import org.jspecify.annotations.NullMarked;
