/**
 * The whole of Dozo against other tools, as processes: {@code ./dozo bench compare} backs a series
 * of disk images up with each tool, restores, reads through the mount, and writes tables, a plot
 * and files with every figure.
 *
 * <p>{@link dozo.bench.compare.CompareCommand} is the entry. It opens a {@link
 * dozo.bench.compare.Workbench}, which owns the scratch directory and every process and mount, and
 * takes one {@link dozo.bench.compare.Tool} after another through a {@link
 * dozo.bench.compare.Series}. What was measured is collected in {@link dozo.bench.compare.Figures}
 * and told by the reports. One thread does all of it, but for closing the workbench when the
 * process is told to end.
 */
@NullMarked
package dozo.bench.compare;

import org.jspecify.annotations.NullMarked;
