package dozo.client;

import dozo.protocol.message.SessionMessage.Receipt;
import java.time.Duration;
import java.util.UUID;

/**
 * A restore point that exists.
 *
 * @param repository the repository that has it
 * @param receipt the server's word for it, whose signature holds and comes from a key that is
 *     trusted
 * @param progress how far the backup came in the end
 * @param elapsed the time from the checkpoint to the receipt
 * @param retries how often the server was lost in between
 */
public record BackupResult(
    UUID repository, Receipt receipt, BackupProgress progress, Duration elapsed, int retries) {}
