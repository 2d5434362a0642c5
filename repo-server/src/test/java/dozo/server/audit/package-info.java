@NullMarked
package dozo.server.audit;

import org.jspecify.annotations.NullMarked;
