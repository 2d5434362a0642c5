package dozo.protocol;

import dozo.format.manifest.VmRef;
import java.time.Instant;
import java.util.UUID;

/**
 * A checkpoint that may have been made and not removed.
 *
 * @param lease the id of the note
 * @param vm whose it is
 * @param kind a word for what makes it
 * @param object what an admin finds it by on the host
 * @param since when it was first announced
 */
public record LeaseSummary(UUID lease, VmRef vm, String kind, String object, Instant since) {}
