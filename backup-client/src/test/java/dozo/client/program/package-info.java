@NullMarked
package dozo.client.program;

import org.jspecify.annotations.NullMarked;
