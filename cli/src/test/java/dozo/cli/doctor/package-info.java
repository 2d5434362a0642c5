@NullMarked
package dozo.cli.doctor;

import org.jspecify.annotations.NullMarked;
