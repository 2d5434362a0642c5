package dozo.protocol.client;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Message;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.SourceTerms;
import dozo.protocol.message.SessionMessage.StreamGrant;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A restore point in the making, as its client sees it.
 *
 * <p>Safe for use by several threads, each of its streams by one at a time. When the session fails,
 * everything on it fails with the first cause; if that is a {@link
 * dozo.format.ConnectionLostException} the session may still be resumed over another connection,
 * after any other it is over.
 */
public final class RemoteSession implements AutoCloseable {

  private final ClientLink link;
  private final UUID repository;
  private final SessionOpened opened;
  private final Map<String, RemoteStream> streams = new LinkedHashMap<>();
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private volatile Progress progress = Progress.NONE;

  /** Makes the client's side of a session, on the event loop, before the server's next word. */
  RemoteSession(ClientLink link, UUID repository, SessionOpened opened) {
    this.link = link;
    this.repository = repository;
    this.opened = opened;
    for (StreamGrant grant : opened.streams()) {
      streams.put(grant.name(), new RemoteStream(link, this, grant));
    }
    link.listen(
        opened.channel(),
        new Receiver() {
          @Override
          public void receive(Message message) {
            RemoteSession.this.receive(message);
          }

          @Override
          public void lost(IOException cause) {
            fail(cause);
          }
        });
  }

  private void receive(Message message) {
    switch (message) {
      case Progress now -> progress = now;
      case Receipt it -> receipt.complete(it);
      case Failure failure -> fail(Faults.of(failure));
      default -> fail(unexpected(message));
    }
  }

  static IOException unexpected(Message message) {
    return new IOException("The server sent " + message.type() + " where it has no meaning");
  }

  void fail(IOException cause) {
    receipt.completeExceptionally(cause);
    streams.values().forEach(stream -> stream.fail(cause));
  }

  /** What is needed to take the session up again over another connection. */
  public SessionTicket ticket() {
    return new SessionTicket(opened.session(), opened.secret());
  }

  /** The newest restore point of the same VM before this one, if there is any. */
  public Optional<RestorePointId> latest() {
    return Optional.ofNullable(opened.latest());
  }

  /** Whether the server shares our processors. */
  public boolean isSameHost() {
    return link.isSameHost();
  }

  /** What is needed to deduplicate at the source; empty if that was not asked for, or cannot be. */
  public Optional<SourceTerms> source() {
    return Optional.ofNullable(opened.source());
  }

  /** The streams, disks before files, in the order in which they were announced. */
  public List<RemoteStream> streams() {
    return List.copyOf(streams.values());
  }

  /**
   * The stream of a disk or file.
   *
   * @throws IllegalArgumentException if the session has none of that name
   */
  public RemoteStream stream(String name) {
    RemoteStream stream = streams.get(name);
    if (stream == null) {
      throw new IllegalArgumentException("The session has no stream \"" + name + "\"");
    }
    return stream;
  }

  /** The server's latest word on how far it is. */
  public Progress progress() {
    return progress;
  }

  /**
   * Asks for the restore point, and waits until it is on stable storage. All streams must have
   * ended. May be asked again, also of a resumed session; the receipt is the same.
   *
   * @param details what replaces the plan's consistency and attributes
   * @throws IOException if there is no restore point, or, being a {@link
   *     dozo.format.ConnectionLostException}, if it is unknown whether there is one
   */
  public Receipt commit(Commit details) throws IOException {
    if (!receipt.isDone()) {
      link.send(opened.channel(), details);
    }
    Receipt committed = Answer.await(receipt);
    ReceiptSignature.verify(repository, committed);
    forget();
    return committed;
  }

  /** Aborts the session unless it was committed, has failed, or its connection is lost. */
  @Override
  public void close() {
    if (!receipt.isDone()) {
      link.send(opened.channel(), new Abort());
      fail(new IOException("The session was closed by us"));
    }
    forget();
  }

  private void forget() {
    link.forget(opened.channel());
    streams.values().forEach(RemoteStream::forget);
  }
}
