/** What giving space back costs, on synthetic repositories of many chunks. */
@NullMarked
package dozo.bench.sweep;

import org.jspecify.annotations.NullMarked;
