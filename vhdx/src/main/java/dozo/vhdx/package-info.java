/**
 * The VHDX disk format (MS-VHDX), read and written: the values that both directions share.
 *
 * <p>{@link dozo.vhdx.read} reads a file, or a chain of differencing files, and believes no length
 * or offset before it has been bounded. {@link dozo.vhdx.synth} lays a VHDX around a disk that is
 * kept elsewhere and computes headers, metadata and block table on demand. {@link dozo.vhdx.format}
 * holds the structures that both know, and is meant for those two alone.
 *
 * <p>The module depends on nothing else of Dozo, writes to no source, follows no path that a file
 * names, and keeps no state beyond the objects that it returns.
 */
@NullMarked
package dozo.vhdx;

import org.jspecify.annotations.NullMarked;
