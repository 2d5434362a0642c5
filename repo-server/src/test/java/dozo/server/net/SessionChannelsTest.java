package dozo.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.Zero;
import dozo.server.ServerFixture;
import dozo.server.audit.AuditLog;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.auth.TokenStore;
import dozo.server.lease.LeaseStore;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.metrics.ServerMetrics;
import dozo.server.session.SessionLimits;
import dozo.server.session.SessionRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionChannelsTest {

  private static final int DISK_BYTES = 1024;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Principal PRINCIPAL =
      new Principal(new UUID(1, 2), "test", Role.BACKUP, Scope.EVERYTHING);

  @TempDir Path directory;
  private final ServerMetrics metrics = new ServerMetrics();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final NioSocketChannel connection = new NioSocketChannel();
  private final BlockingQueue<Written> written = new LinkedBlockingQueue<>();
  private ServerFixture fixture;
  private AuditTrail audit;
  private SessionRegistry sessions;
  private SessionChannels channels;

  /** What a client that does not read has not taken yet. */
  private record Written(Message message, ChannelPromise promise) {}

  @BeforeEach
  void start() throws Exception {
    fixture = ServerFixture.start(directory);
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    audit = AuditTrail.start(AuditLog.in(directory.resolve("audit"), clock), clock, metrics);
    sessions =
        new SessionRegistry(fixture.repository(), SessionLimits.STANDARD, metrics, clock, random);
    ServiceParts parts =
        new ServiceParts(
            fixture.repository(),
            new VisibleRestorePoints(fixture.repository()),
            TokenStore.open(fixture.repository().state(), clock, random),
            LeaseStore.open(fixture.repository().state(), clock),
            sessions,
            metrics,
            audit,
            () -> NetworkLimits.STANDARD,
            Runnable::run,
            new PendingRefusals(1),
            "test");
    connection
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                written.add(new Written(((Frame) message).message(), promise));
              }
            });
    assertThat(loops.register(connection).awaitUninterruptibly().isSuccess()).isTrue();
    channels =
        new SessionChannels(
            parts,
            PRINCIPAL,
            connection.eventLoop(),
            new Replies(connection, metrics),
            new AtomicInteger(Frame.FIRST_OF_SERVER)::incrementAndGet);
  }

  @AfterEach
  void stop() throws Exception {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    sessions.close();
    audit.close();
    metrics.close();
    fixture.close();
  }

  private Written await(Class<? extends Message> type) throws InterruptedException {
    Written next = written.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    while (next != null && !type.isInstance(next.message())) {
      next = written.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    if (next == null) {
      throw new AssertionError("No " + type.getSimpleName() + " was written");
    }
    return next;
  }

  private void onLoop(Runnable action) {
    assertThat(connection.eventLoop().submit(action).awaitUninterruptibly().isSuccess()).isTrue();
  }

  private Written commit() throws Exception {
    channels.begin(1, ServerFixture.plan(DISK_BYTES)).step();
    SessionOpened opened = (SessionOpened) await(SessionOpened.class).message();
    int stream = opened.streams().getFirst().channel();
    onLoop(() -> {
      channels.receive(stream, new Zero(0, DISK_BYTES));
      channels.receive(stream, new EndStream(DISK_BYTES));
      channels.receive(opened.channel(), new Commit(null, null));
    });
    Written receipt = await(Receipt.class);
    onLoop(() -> {}); // Lets what wrote the receipt end.
    return receipt;
  }

  @Test
  void keepsTheServerUntilTheReceiptHasGoneOut() throws Exception {
    Written receipt = commit();
    sessions.drain();
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isEqualTo(1);
    receipt.promise().setSuccess();
    assertThat(sessions.awaitQuiet(PATIENCE)).isZero();
  }

  @Test
  void keepsTheServerNoLongerWhenTheClientIsLost() throws Exception {
    Written receipt = commit();
    sessions.drain();
    onLoop(channels::close);
    receipt.promise().setFailure(new ClosedChannelException());
    assertThat(sessions.awaitQuiet(PATIENCE)).isZero();
  }
}
