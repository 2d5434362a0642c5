package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.protocol.message.LeaseMessage.LeaseNoted;
import dozo.server.lease.LeaseRefusedException;
import java.io.IOException;

/** Puts down what a client says of a checkpoint. */
record LeaseJob(Replies replies, int request, Note note) implements Job {

  /** What is to be done; it is on stable storage when it returns. */
  @FunctionalInterface
  interface Note {
    void put() throws IOException, LeaseRefusedException;
  }

  @Override
  public boolean step() throws IOException, LeaseRefusedException {
    note.put();
    replies.send(request, new LeaseNoted());
    return false;
  }

  @Override
  public void fail(Throwable cause) {
    replies.fail(request, Failures.of(cause));
  }

  @Override
  public void refuse(ErrorCode code, String message) {
    replies.fail(request, Failures.failure(code, message));
  }
}
