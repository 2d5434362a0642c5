package dozo.protocol.client;

import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The channel of an open disk: it numbers requests and hands each answer to the request whose
 * number it carries.
 *
 * <p>Requests are sent by any thread; answers come on the event loop.
 */
final class OpenDiskChannel implements Receiver {

  private final ClientLink link;
  private final int handle;
  private final ReadAllowance allowance;
  private final Map<Integer, Sent> pending = new ConcurrentHashMap<>();
  private final AtomicInteger lastRequest = new AtomicInteger();
  private volatile @Nullable IOException broken;

  private record Sent(PendingRead read, long answerBytes) {}

  OpenDiskChannel(ClientLink link, int handle, ReadAllowance allowance) {
    this.link = link;
    this.handle = handle;
    this.allowance = allowance;
    link.listen(handle, this);
  }

  /** What bounds the requests under way. */
  ReadAllowance allowance() {
    return allowance;
  }

  /**
   * Sends a request, for which the allowance has been taken.
   *
   * @param answerBytes what was taken, and is given back when the request is over
   * @param question makes the message, given the request's number
   * @return the request's number
   */
  int send(PendingRead read, long answerBytes, IntFunction<Message> question) {
    int number = lastRequest.incrementAndGet();
    pending.put(number, new Sent(read, answerBytes));
    IOException cause = broken;
    if (cause != null) {
      finish(number, cause);
    } else {
      link.send(handle, question.apply(number));
    }
    return number;
  }

  /** Gives a request up; what still comes of it is dropped. */
  void cancel(int number) {
    Sent sent = pending.remove(number);
    if (sent != null) {
      allowance.give(sent.answerBytes());
    }
  }

  /** Closes the disk at the server. */
  void close() {
    link.forget(handle);
    if (link.lost().isEmpty() && broken == null) {
      link.send(handle, new CloseDisk());
    }
    lost(new IOException("The disk was closed"));
  }

  @Override
  public void receive(Message message) {
    switch (message) {
      case Extents it -> deliver(it.request(), it);
      case Presence it -> deliver(it.request(), it);
      case ChunkPart it -> deliver(it.request(), it);
      case SegmentPart it -> deliver(it.request(), it);
      case ChunkFailed it -> {
        Sent sent = pending.get(it.request());
        if (sent != null && sent.read().refused(it)) {
          cancel(it.request());
        }
      }
      case Failure failure -> lost(Faults.of(failure));
      default -> lost(RemoteSession.unexpected(message));
    }
  }

  private void deliver(int number, Message message) {
    Sent sent = pending.get(number);
    if (sent == null) {
      return;
    }
    try {
      if (sent.read().receive(message)) {
        cancel(number);
      }
    } catch (IllegalArgumentException e) {
      finish(number, new IOException("The server's " + message.type() + " is no answer", e));
    }
  }

  private void finish(int number, IOException cause) {
    Sent sent = pending.remove(number);
    if (sent != null) {
      allowance.give(sent.answerBytes());
      sent.read().lost(cause);
    }
  }

  @Override
  public void lost(IOException cause) {
    if (broken == null) {
      broken = cause;
    }
    pending.keySet().forEach(number -> finish(number, cause));
  }
}
