/**
 * Where a backup's bytes come from. A {@link dozo.client.source.VmSource} names a virtual machine
 * and makes a {@link dozo.client.source.Checkpoint} of it: its disks and configuration files at one
 * instant. A {@link dozo.client.source.FrozenDisk} is then read from any number of threads, hole by
 * hole and run by run.
 *
 * <p>What is read may change under the reader, be cut short, or vanish; each of these is a {@link
 * dozo.client.source.SourceException}, never bytes that were on the disk at no time.
 */
@NullMarked
package dozo.client.source;

import org.jspecify.annotations.NullMarked;
