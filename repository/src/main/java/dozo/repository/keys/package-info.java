/**
 * The key slots of a repository: its files under {@code keys/}, and the key ring that they carry.
 */
@NullMarked
package dozo.repository.keys;

import org.jspecify.annotations.NullMarked;
