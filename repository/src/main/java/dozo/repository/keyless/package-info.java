/**
 * Looking for rot without any key: whoever keeps copies of a repository can tell that they are as
 * they were written, and nothing else about them.
 */
@NullMarked
package dozo.repository.keyless;

import org.jspecify.annotations.NullMarked;
