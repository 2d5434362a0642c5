/** Tests of restore points as files. */
@NullMarked
package dozo.mount.tree;

import org.jspecify.annotations.NullMarked;
