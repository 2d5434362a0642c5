/**
 * What the server counts, for Prometheus: names begin with {@code dozo_}, end in their unit, and
 * carry only labels with few values, so that no client can make the set of series grow. Counting
 * never blocks and may be done on any thread.
 */
@NullMarked
package dozo.server.metrics;

import org.jspecify.annotations.NullMarked;
