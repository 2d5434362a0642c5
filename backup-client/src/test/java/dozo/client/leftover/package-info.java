@NullMarked
package dozo.client.leftover;

import org.jspecify.annotations.NullMarked;
