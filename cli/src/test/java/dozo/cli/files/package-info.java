/** Tests of getting files out of a guest's file systems. */
@NullMarked
package dozo.cli.files;

import org.jspecify.annotations.NullMarked;
