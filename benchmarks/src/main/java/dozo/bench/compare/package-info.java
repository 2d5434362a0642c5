/**
 * The whole of Dozo against other tools, as processes: {@code ./dozo bench compare} backs a series
 * of disk images up with each tool, restores, reads through the mount, and writes tables, a plot
 * and files with every figure; {@code ./dozo bench mount} puts loads on mounts.
 *
 * <p>{@link dozo.bench.compare.CompareCommand} and {@link dozo.bench.compare.MountBenchCommand} are
 * the entries. Each opens a {@link dozo.bench.compare.Workbench}, which owns the scratch directory
 * and every process and mount, and takes one {@link dozo.bench.compare.Tool} after another, through
 * a {@link dozo.bench.compare.Series} or {@link dozo.bench.compare.MountLoads}. What was measured
 * is collected in {@link dozo.bench.compare.Figures} or {@link dozo.bench.compare.MountFigures} and
 * told by the reports. One thread does all of it, but for closing the workbench when the process is
 * told to end.
 */
@NullMarked
package dozo.bench.compare;

import org.jspecify.annotations.NullMarked;
