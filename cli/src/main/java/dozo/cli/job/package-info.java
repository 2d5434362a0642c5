/**
 * Backups of many VMs as one job, as a file describes it.
 *
 * <p>{@link dozo.cli.job.JobFile} reads the file into a {@link dozo.cli.job.Job}, or tells all of
 * its mistakes. {@link dozo.cli.job.JobRun} backs up the VMs, several at a time, each with its
 * hooks and its attempts, and tells a {@link dozo.cli.job.JobListener} how that goes from several
 * threads. What one VM meets does not end the others.
 */
@NullMarked
package dozo.cli.job;

import org.jspecify.annotations.NullMarked;
