/** Tests of restore points as files. */
@NullMarked
package dozo.mount.overlay;

import org.jspecify.annotations.NullMarked;
