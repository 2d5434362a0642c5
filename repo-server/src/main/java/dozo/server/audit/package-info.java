/**
 * Who did what to a repository, as {@code docs/audit.md} has it: entries in files that are only
 * appended to, each with the hash of the one before.
 *
 * <p>{@link dozo.server.audit.AuditLog} appends and waits for the disk; any number of processes may
 * append to one log. {@link dozo.server.audit.AuditTrail} does so on a thread of its own, for a
 * server's event loops must not wait. {@link dozo.server.audit.AuditReader} reads and verifies
 * without any lock, also beside a writer.
 *
 * <p>An event never carries a secret. Whatever a client can repeat at will goes through {@link
 * dozo.server.audit.AuditTrail#noteRepeatable}, so that no client can make the log grow.
 */
@NullMarked
package dozo.server.audit;

import org.jspecify.annotations.NullMarked;
