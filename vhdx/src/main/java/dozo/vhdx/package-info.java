/**
 * The VHDX disk format (MS-VHDX), read and written. One half reads a file or a chain of
 * differencing files, believing no length or offset before it has been bounded; the other lays a
 * VHDX around a disk that is kept elsewhere, computing headers, metadata and block table on demand.
 * The module depends on nothing else of Dozo and keeps no state beyond the objects it returns.
 */
@NullMarked
package dozo.vhdx;

import org.jspecify.annotations.NullMarked;
