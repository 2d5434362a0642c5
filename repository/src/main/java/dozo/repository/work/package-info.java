/**
 * The one pool of platform threads that all computing work of the engine runs on: cutting, hashing,
 * compressing, and opening what is read. Work that only waits for a disk runs elsewhere.
 */
@NullMarked
package dozo.repository.work;

import org.jspecify.annotations.NullMarked;
