/**
 * The stored formats, as values: how a disk is cut into chunks, how chunks get their ids, how they
 * are sealed into segments and packs, how a chunk map names them, and how a manifest and its keys
 * make a restore point of it all. Nothing here opens a file or a socket, and nothing here logs; a
 * caller hands in bytes and gets values, or the other way round. It is the only code of Dozo that
 * touches zstd and the ciphers, so that what is on disk can be judged by reading this module alone.
 */
@NullMarked
package dozo.format;

import org.jspecify.annotations.NullMarked;
