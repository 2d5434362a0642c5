package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Takes the beginning of an answer's body, however long it goes on, as a line to show. */
final class FirstWords implements BodySubscriber<String> {

  private static final int MAXIMUM_BYTES = 1 << 10;
  private static final int MAXIMUM_WORDS = 200;

  private final CompletableFuture<String> words = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(MAXIMUM_BYTES);
  private @Nullable Subscription subscription;

  @Override
  public CompletionStage<String> getBody() {
    return words;
  }

  @Override
  public void onSubscribe(Subscription source) {
    subscription = source;
    source.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] part = new byte[Math.min(buffer.remaining(), MAXIMUM_BYTES - bytes.size())];
      buffer.get(part);
      bytes.writeBytes(part);
    }
    if (subscription == null) {
      return;
    }
    if (bytes.size() < MAXIMUM_BYTES) {
      subscription.request(1);
    } else {
      subscription.cancel();
      onComplete();
    }
  }

  @Override
  public void onError(Throwable fault) {
    words.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    words.complete(PlainText.of(bytes.toString(UTF_8).strip(), MAXIMUM_WORDS));
  }
}
