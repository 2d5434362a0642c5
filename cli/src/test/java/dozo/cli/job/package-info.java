/** Tests of jobs. */
@NullMarked
package dozo.cli.job;

import org.jspecify.annotations.NullMarked;
