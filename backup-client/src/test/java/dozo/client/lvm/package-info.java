@NullMarked
package dozo.client.lvm;

import org.jspecify.annotations.NullMarked;
