package dozo.server.net;

import dozo.format.ErrorCode;

/** A request that may wait for the engine, worked off in steps so that requests take turns. */
interface Job {

  /**
   * Does one step, on a thread that may wait. What it throws is told by {@link #fail}.
   *
   * @return whether there is more to do
   */
  boolean step() throws Exception;

  /** Answers that the request failed. Any thread. */
  void fail(Throwable cause);

  /** Answers that there is no room for the request. Any thread. */
  void refuse(ErrorCode code, String message);
}
