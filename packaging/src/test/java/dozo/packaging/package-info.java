/** Looks into the Debian package, and installs it on systems that were made for that. */
@NullMarked
package dozo.packaging;

import org.jspecify.annotations.NullMarked;
