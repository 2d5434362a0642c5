/**
 * What Linux can do with a file and Java cannot. {@link dozo.client.linux.SystemCalls} is all of
 * it, and the one place in which the C library is called for files: to find where a source has no
 * data, and to write a disk in place. May be called from any thread.
 */
@NullMarked
package dozo.client.linux;

import org.jspecify.annotations.NullMarked;
