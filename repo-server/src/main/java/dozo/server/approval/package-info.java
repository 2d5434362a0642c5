/**
 * What an admin asks for and cannot be taken back waits, where the server is told so: for a delay,
 * for a second admin, or for either ({@code docs/approval.md}). The admin API hands a {@link
 * dozo.server.approval.Deed} to {@link dozo.server.approval.Approvals} instead of doing it, which
 * keeps it as an {@link dozo.server.approval.ApprovalRequest} in the repository's state and has
 * {@link dozo.server.approval.Deeds} do it when it is due. May be called from any thread; asking,
 * approving and rejecting wait for the disk.
 *
 * <p>Invariants: what is done is what was asked for, byte for byte; a request never becomes due
 * through a clock that somebody set; who approves is somebody else than who asked.
 */
@NullMarked
package dozo.server.approval;

import org.jspecify.annotations.NullMarked;
