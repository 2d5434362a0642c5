package dozo.repository.ingest;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One restore point in the making.
 *
 * <p>Safe for use by several threads; its streams go side by side, each fed by one thread at a
 * time. No method blocks.
 */
public interface IngestSession extends AutoCloseable {

  /** The session's id, which logs and clients name it by. */
  UUID id();

  /** What the session was begun with. */
  SessionRequest request();

  /** What its client needs to deduplicate at the source; empty if it was not begun so. */
  Optional<SourceTerms> source();

  /**
   * The stream of a disk or configuration file.
   *
   * @throws IllegalArgumentException if the request names no such stream
   */
  IngestStream stream(String name);

  /**
   * Makes the restore point. The future completes when it is on stable storage, never before, and
   * exceptionally if the session fails; it may be asked for again and is the same.
   *
   * @throws IllegalStateException if a stream has not ended or the session was aborted
   */
  CompletableFuture<CommitReceipt> commit(CommitDetails details);

  /** What the session has done so far. */
  SessionProgress progress();

  /**
   * Completes exceptionally, once, when the session breaks, with a {@code DozoException} where one
   * fits; completes normally when the session is committed or aborted.
   */
  CompletionStage<Void> failure();

  /**
   * Aborts the session unless it was committed or is being committed. What was already sealed
   * stays, and is found by the next session that brings the same data.
   */
  @Override
  void close();
}
