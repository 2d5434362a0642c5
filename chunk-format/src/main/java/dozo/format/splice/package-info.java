/**
 * Cutting a disk of which only the changes against a base are brought. A {@link DiskSplicer} is fed
 * data, zeros and ranges that are as in the base, in the order of the disk; it reads the base only
 * around the changes, and tells its {@link SpliceSink} which runs of the base's map to take over.
 *
 * <p>What comes out is what cutting the whole disk would give, run by run.
 */
@NullMarked
package dozo.format.splice;

import org.jspecify.annotations.NullMarked;
