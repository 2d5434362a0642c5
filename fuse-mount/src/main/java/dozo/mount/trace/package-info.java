/**
 * What was read of a disk when its VM booted, kept from one mount to the next.
 *
 * <p>{@link dozo.mount.trace.BootTraces} is the entry: it gives each disk that a process reads a
 * {@link dozo.mount.trace.TraceRecorder}, and finds the {@link dozo.mount.trace.BootTrace} that an
 * earlier mount left in the {@link dozo.mount.trace.BootTraceStore}. {@code dozo.mount.read} notes
 * the reads and uses the trace. {@code docs/boot-trace.md} has the bytes and the rules.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A trace is a hint. None, a wrong or a damaged one makes nothing fail, and no read waits for
 *       its file.
 *   <li>It holds offsets and lengths, and nothing of what was read.
 *   <li>What a recorder keeps, a file has and a reader of it allocates is bounded.
 * </ol>
 *
 * <p>Everything may be called from any number of threads.
 */
@NullMarked
package dozo.mount.trace;

import org.jspecify.annotations.NullMarked;
