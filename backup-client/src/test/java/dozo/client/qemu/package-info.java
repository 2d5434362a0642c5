@NullMarked
package dozo.client.qemu;

import org.jspecify.annotations.NullMarked;
