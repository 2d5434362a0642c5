@NullMarked
package dozo.client.libvirt;

import org.jspecify.annotations.NullMarked;
