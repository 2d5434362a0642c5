/**
 * Reading whole disks of restore points: in windows, several at a time, in the order of the disk. A
 * restore writes what comes, a verification only looks at it.
 */
@NullMarked
package dozo.cli.read;

import org.jspecify.annotations.NullMarked;
