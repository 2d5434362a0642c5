@NullMarked
package dozo.client.nbd;

import org.jspecify.annotations.NullMarked;
