package dozo.protocol.client;

import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Message;
import dozo.protocol.message.Unreadable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that is under way, and its answer.
 *
 * <p>The answer is taken on the event loop, so that whoever it sets up listens before the server's
 * next word.
 */
final class Request<T> implements Receiver {

  private final ClientLink link;
  private final int channel;
  private final Function<Message, @Nullable T> take;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  private Request(ClientLink link, Function<Message, @Nullable T> take) {
    this.link = link;
    this.channel = link.newChannel();
    this.take = take;
  }

  /**
   * Sends a request.
   *
   * @param take makes the answer of a message, or returns null if more messages are to come; throws
   *     {@link IllegalArgumentException} if the message does not answer the question
   */
  static <T> CompletableFuture<T> send(
      ClientLink link, Message question, Function<Message, @Nullable T> take) {
    Request<T> request = new Request<>(link, take);
    link.listen(request.channel, request);
    link.send(request.channel, question);
    return request.answer;
  }

  @Override
  public void receive(Message message) {
    try {
      T taken = take(message);
      if (taken != null) {
        link.forget(channel);
        answer.complete(taken);
      }
    } catch (IOException e) {
      link.forget(channel);
      answer.completeExceptionally(e);
    }
  }

  private @Nullable T take(Message message) throws IOException {
    switch (message) {
      case Failure failure -> throw Faults.of(failure);
      case Unreadable unreadable ->
          throw new IOException(unreadable.type() + " cannot be read. " + unreadable.reason());
      default -> {
        try {
          return take.apply(message);
        } catch (IllegalArgumentException e) {
          throw new IOException("The server's " + message.type() + " is no answer", e);
        }
      }
    }
  }

  @Override
  public void lost(IOException cause) {
    answer.completeExceptionally(cause);
  }
}
