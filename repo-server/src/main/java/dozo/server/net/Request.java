package dozo.server.net;

import dozo.format.ErrorCode;

/** A job that answers on the channel of its request, in one step. */
final class Request implements Job {

  /** What the request asks for. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private final Replies replies;
  private final int channel;
  private final Body body;

  Request(Replies replies, int channel, Body body) {
    this.replies = replies;
    this.channel = channel;
    this.body = body;
  }

  @Override
  public boolean step() throws Exception {
    body.run();
    return false;
  }

  @Override
  public void fail(Throwable cause) {
    replies.fail(channel, Failures.of(cause));
  }

  @Override
  public void refuse(ErrorCode code, String message) {
    replies.fail(channel, Failures.failure(code, message));
  }
}
