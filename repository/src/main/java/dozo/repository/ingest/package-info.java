/**
 * Taking a backup in. A {@link dozo.repository.ingest.IngestSession} is one restore point in the
 * making; each of its disks and configuration files is an {@link
 * dozo.repository.ingest.IngestStream}, which is fed in order and never blocks its caller.
 *
 * <p>What is fed to a stream is worked on by its strand: a queue of tasks that run one after
 * another on a pool of as many platform threads as there are cores. The strand cuts, computes ids,
 * and asks which chunks are known. The others are gathered into segments, sealed by further tasks
 * of the pool, and appended to the one open pack of their kind, which all sessions share.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Every chunk that a map names is, when the map is written, in a published pack or in a
 *       segment that the session waits for before it commits.
 *   <li>A segment belongs to its pack, not to its session: once it is begun it is sealed and
 *       published even when its session is aborted, since another may count on it.
 *   <li>A manifest is published after every pack that it needs, and a receipt given after that.
 *   <li>Bytes that are taken in and not yet written never exceed the memory budget by more than
 *       what open streams hold; a stream that would exceed it waits, and its buffers are not
 *       released.
 * </ol>
 */
@NullMarked
package dozo.repository.ingest;

import org.jspecify.annotations.NullMarked;
