package dozo.server.session;

import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.Verdict;
import java.util.List;

/**
 * The connection that a session is attached to. Called on any thread; must not block, and passes
 * each call on to its own thread.
 */
public interface SessionOwner {

  /** A stream has credit to announce. */
  void creditReturned(ReceivingStream stream);

  /**
   * Announced runs have been judged.
   *
   * @param offset where the first of them begins
   */
  void judged(ReceivingStream stream, long offset, List<Verdict> verdicts);

  /** The session is committed. Has to be detached once its client has been sent the receipt. */
  void committed(ReceivingSession session, CommitReceipt receipt);

  /** The session has failed, and is gone. */
  void failed(ReceivingSession session, Throwable cause);

  /**
   * Lets go of the session, which another connection of the same client has asked for.
   *
   * @param released to run once this connection feeds the session no more
   */
  void release(ReceivingSession session, Runnable released);
}
