/** What operators set: one small sealed file an entry, replaced whole. */
@NullMarked
package dozo.repository.state;

import org.jspecify.annotations.NullMarked;
