/** Tests of the package. */
@NullMarked
package dozo.repository.ingest;

import org.jspecify.annotations.NullMarked;
