package dozo.protocol.client;

import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A request on an open disk that one message answers. */
final class SingleRead<T> implements PendingRead {

  private final Function<Message, T> take;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  /**
   * Makes a request.
   *
   * @param take makes the answer of a message; throws {@link IllegalArgumentException} if it is
   *     none
   */
  SingleRead(Function<Message, T> take) {
    this.take = take;
  }

  CompletableFuture<T> answer() {
    return answer;
  }

  @Override
  public boolean receive(Message message) {
    answer.complete(take.apply(message));
    return true;
  }

  @Override
  public boolean refused(ChunkFailed failed) {
    answer.completeExceptionally(Faults.of(failed.failure()));
    return true;
  }

  @Override
  public void lost(IOException cause) {
    answer.completeExceptionally(cause);
  }
}
