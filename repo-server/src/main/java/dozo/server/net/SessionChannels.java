package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.SessionMessage;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Credit;
import dozo.protocol.message.SessionMessage.Data;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Proof;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.StreamGrant;
import dozo.protocol.message.SessionMessage.Wanted;
import dozo.protocol.message.SessionMessage.Zero;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.SessionProgress;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.Verdict;
import dozo.server.auth.Principal;
import dozo.server.session.ReceivingSession;
import dozo.server.session.ReceivingSession.State;
import dozo.server.session.ReceivingStream;
import dozo.server.session.SessionOwner;
import dozo.server.session.StreamViolationException;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are attached to one connection, by their channels.
 *
 * <p>For the connection's event loop, but for what {@link SessionOwner} says.
 */
final class SessionChannels implements SessionOwner {

  private static final Logger log = LoggerFactory.getLogger(SessionChannels.class);

  private final ServiceParts parts;
  private final Principal principal;
  private final EventLoop loop;
  private final Replies replies;
  private final IntSupplier newChannel;
  private final Map<Integer, ReceivingStream> streams = new HashMap<>();
  private final Map<Integer, Attached> sessions = new HashMap<>();
  private final List<ReceivingStream> touched = new ArrayList<>();
  private boolean closed;

  /** A session and its channels. */
  private static final class Attached {
    final ReceivingSession session;
    final int channel;
    final Map<ReceivingStream, Integer> streams = new HashMap<>();
    Progress told = Progress.NONE;

    Attached(ReceivingSession session, int channel) {
      this.session = session;
      this.channel = channel;
    }
  }

  SessionChannels(
      ServiceParts parts,
      Principal principal,
      EventLoop loop,
      Replies replies,
      IntSupplier newChannel) {
    this.parts = parts;
    this.principal = principal;
    this.loop = loop;
    this.replies = replies;
    this.newChannel = newChannel;
  }

  /** The job that begins a session. */
  Job begin(int request, BeginSession plan) {
    return new Request(
        replies,
        request,
        () -> {
          if (!principal.scope().admits(plan.vm())) {
            replies.fail(request, Failures.failure(ErrorCode.FORBIDDEN, outOfScope(plan.vm())));
            return;
          }
          SessionRequest translated = SessionPlans.translate(plan);
          ReceivingSession session =
              parts.sessions().begin(principal, translated, plan.group(), this);
          loop.execute(() -> open(request, session));
        });
  }

  private static String outOfScope(VmRef vm) {
    return "The token is not for VM " + vm.id() + " in namespace " + vm.namespace();
  }

  /** The job that takes a session up again. */
  Job resume(int request, ResumeSession resume) {
    return new Request(
        replies,
        request,
        () -> {
          ReceivingSession session =
              parts.sessions().find(principal, resume.session(), resume.secret());
          log.info("Session resumed session={}", session.id());
          parts
              .sessions()
              .attach(
                  session,
                  this,
                  () ->
                      loop.execute(
                          () -> session.rewind(() -> loop.execute(() -> open(request, session)))));
        });
  }

  private void open(int request, ReceivingSession session) {
    if (closed) {
      parts.sessions().detach(session, this);
      return;
    }
    Attached attached = new Attached(session, newChannel.getAsInt());
    sessions.put(attached.channel, attached);
    List<StreamGrant> grants = new ArrayList<>();
    for (ReceivingStream stream : session.streams()) {
      int channel = newChannel.getAsInt();
      streams.put(channel, stream);
      attached.streams.put(stream, channel);
      stream.rewound();
      grants.add(
          new StreamGrant(
              stream.name(),
              channel,
              stream.offset(),
              stream.grantCredit(),
              stream.baseBytes(),
              stream.noBase().orElse(null),
              stream.takesChunks()));
    }
    State state = session.state();
    @Nullable RestorePointId latest =
        parts.repository().latest(session.vm()).map(RestorePoint::id).orElse(null);
    replies.send(
        request,
        new SessionOpened(
            session.id(),
            session.secret(),
            attached.channel,
            state == State.RECEIVING ? grants : SessionPlans.withoutCredit(grants),
            latest,
            session.source().map(SessionPlans::terms).orElse(null)));
    if (state == State.GONE) {
      drop(attached, Failures.failure(ErrorCode.SESSION_GONE, "The session has ended"));
    }
  }

  /** Takes a message on a stream or session. One for a channel that has gone is dropped. */
  void receive(int channel, SessionMessage message) {
    ReceivingStream stream = streams.get(channel);
    try {
      if (stream != null) {
        stream.session().heard();
        receive(stream, message);
      } else {
        Attached attached = sessions.get(channel);
        if (attached != null) {
          attached.session.heard();
          receive(attached, message);
        }
      }
    } catch (StreamViolationException e) {
      Attached attached = stream == null ? sessions.get(channel) : find(stream.session());
      if (attached != null) {
        log.warn(
            "Session ended, its client broke the rules session={} token={} reason=\"{}\"",
            attached.session.id(),
            principal.id(),
            e.getMessage());
        parts.sessions().abort(attached.session);
        drop(attached, Failures.of(e));
      }
    }
  }

  private void receive(ReceivingStream stream, SessionMessage message)
      throws StreamViolationException {
    switch (message) {
      case Data data -> {
        int length = data.bytes().readableBytes();
        stream.data(data.offset(), length, data.costBytes(), data.bytes()::readBytes);
        parts.metrics().received(length);
        touched.add(stream);
      }
      case Zero zero -> {
        stream.zeros(zero.offset(), zero.length());
        parts.metrics().zeros(zero.length());
        touched.add(stream);
      }
      case Keep keep -> {
        stream.keep(keep.offset(), keep.length());
        touched.add(stream);
      }
      case Check check -> stream.check(check.offset(), check.lengthBytes(), check.sha256());
      case Chunks chunks -> stream.chunks(chunks.runs());
      case Content content -> {
        int length = content.bytes().readableBytes();
        stream.content(
            content.number(),
            content.count(),
            content.plainBytes(),
            content.packed(),
            length,
            content.costBytes(),
            content.bytes()::readBytes);
        parts.metrics().received(length);
      }
      case Proof proof -> stream.prove(proof.number(), proof.proofs());
      case EndStream end -> stream.end(end.sizeBytes());
      default -> throw misplaced(message);
    }
  }

  private void receive(Attached attached, SessionMessage message) throws StreamViolationException {
    switch (message) {
      case Commit commit ->
          parts
              .sessions()
              .commit(
                  attached.session, new CommitDetails(commit.consistency(), commit.attributes()));
      case Abort _ -> {
        parts.sessions().abort(attached.session);
        forget(attached);
      }
      default -> throw misplaced(message);
    }
  }

  private static StreamViolationException misplaced(SessionMessage message) {
    return new StreamViolationException(
        ErrorCode.PROTOCOL, message.type() + " has no meaning on this channel");
  }

  /** All that had arrived has been taken: hands small pieces on rather than wait for more. */
  void readComplete() {
    for (ReceivingStream stream : touched) {
      stream.flushIfIdle();
    }
    touched.clear();
  }

  /** Tells clients how far their sessions are, and gives up those that fell silent. */
  void tick() {
    for (Attached attached : List.copyOf(sessions.values())) {
      if (attached.session.isAbandoned(parts.sessions().silentFor())) {
        parts.sessions().abort(attached.session);
        drop(
            attached,
            Failures.failure(ErrorCode.SESSION_GONE, "The session was silent for too long"));
        continue;
      }
      SessionProgress now = attached.session.progress();
      Progress progress =
          new Progress(
              now.acceptedBytes(), now.newBytes(), now.storedBytes(), now.duplicateBytes());
      if (!progress.equals(attached.told)) {
        attached.told = progress;
        replies.send(attached.channel, progress);
      }
    }
  }

  /** The connection is gone; the sessions wait for their client. */
  void close() {
    closed = true;
    for (Attached attached : sessions.values()) {
      parts.sessions().detach(attached.session, this);
    }
    sessions.clear();
    streams.clear();
    touched.clear();
  }

  private @Nullable Attached find(ReceivingSession session) {
    for (Attached attached : sessions.values()) {
      if (attached.session == session) {
        return attached;
      }
    }
    return null;
  }

  private void forget(Attached attached) {
    free(attached);
    parts.sessions().detach(attached.session, this);
  }

  /** Takes no more messages on a session's channels. */
  private void free(Attached attached) {
    sessions.remove(attached.channel);
    attached.streams.values().forEach(streams::remove);
    touched.removeAll(attached.streams.keySet());
  }

  private void drop(Attached attached, Failure failure) {
    forget(attached);
    replies.fail(attached.channel, failure);
  }

  private void onLoop(ReceivingSession session, Consumer<Attached> action) {
    try {
      loop.execute(() -> {
        Attached attached = find(session);
        if (attached != null) {
          action.accept(attached);
        }
      });
    } catch (RejectedExecutionException e) {
      log.debug("The event loop has ended session={}", session.id(), e);
    }
  }

  @Override
  public void creditReturned(ReceivingStream stream) {
    onLoop(
        stream.session(),
        attached -> {
          stream.flushIfIdle();
          long more = stream.announceCredit();
          Integer channel = attached.streams.get(stream);
          if (more > 0 && channel != null) {
            replies.send(channel, new Credit(more));
          }
        });
  }

  @Override
  public void judged(ReceivingStream stream, long offset, List<Verdict> verdicts) {
    onLoop(
        stream.session(),
        attached -> {
          Integer channel = attached.streams.get(stream);
          if (channel != null) {
            replies.send(channel, new Wanted(offset, SessionPlans.translate(verdicts)));
          }
        });
  }

  @Override
  public void committed(ReceivingSession session, CommitReceipt receipt) {
    onLoop(
        session,
        attached -> {
          RestorePoint point = receipt.restorePoint();
          free(attached);
          replies.send(
              attached.channel,
              new Receipt(
                  point.id(),
                  point.created(),
                  receipt.manifestSha256(),
                  receipt.signature(),
                  receipt.publicKey(),
                  point.statistics()),
              () -> parts.sessions().detach(session, this));
        });
  }

  @Override
  public void failed(ReceivingSession session, Throwable cause) {
    onLoop(session, attached -> drop(attached, Failures.of(cause)));
  }

  @Override
  public void release(ReceivingSession session, Runnable released) {
    try {
      loop.execute(() -> {
        Attached attached = find(session);
        if (attached != null) {
          drop(
              attached,
              Failures.failure(
                  ErrorCode.SESSION_GONE, "The session was resumed over another connection"));
        }
        released.run();
      });
    } catch (RejectedExecutionException e) {
      released.run();
    }
  }
}
