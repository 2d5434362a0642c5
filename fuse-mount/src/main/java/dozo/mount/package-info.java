/**
 * A restore point as files. A mount shows each disk as a VHDX and as a raw image; what the kernel
 * asks for is answered from a cache of decoded chunks that is filled over the protocol or from a
 * bare repository directory. A chunk that cannot be had or does not verify becomes an I/O error,
 * never zeros.
 */
@NullMarked
package dozo.mount;

import org.jspecify.annotations.NullMarked;
