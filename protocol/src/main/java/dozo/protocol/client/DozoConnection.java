package dozo.protocol.client;

import dozo.format.ConnectionLostException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.LeaseSummary;
import dozo.protocol.Protocol;
import dozo.protocol.ServerAddress;
import dozo.protocol.VmSummary;
import dozo.protocol.codec.FrameDecoder;
import dozo.protocol.codec.FrameEncoder;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.LeaseNoted;
import dozo.protocol.message.LeaseMessage.Leases;
import dozo.protocol.message.LeaseMessage.ListLeases;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.RestorePoints;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.Comparison;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.transport.TlsContext;
import dozo.protocol.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that has let us in.
 *
 * <p>Safe for use by several threads. Closing it ends what goes on over it: open disks are gone,
 * sessions stay with the server for a while and can be resumed over another connection.
 */
public final class DozoConnection implements AutoCloseable {

  private final ConnectionSettings settings;
  private final Transport transport;
  private final @Nullable TlsContext tls;
  private final ClientLink link;
  private final Welcome welcome;
  private final ReadAllowance reads = new ReadAllowance();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DozoConnection(
      ConnectionSettings settings,
      Transport transport,
      @Nullable TlsContext tls,
      ClientLink link,
      Welcome welcome) {
    this.settings = settings;
    this.transport = transport;
    this.tls = tls;
    this.link = link;
    this.welcome = welcome;
  }

  /**
   * Connects and says who we are.
   *
   * @throws dozo.format.UntrustedServerException if the server is not the one that is trusted
   * @throws dozo.format.AuthenticationFailedException if the server does not take the token
   * @throws ConnectionLostException if there is no server, or it does not answer in time
   */
  public static DozoConnection connect(ConnectionSettings settings) throws IOException {
    ConnectionWarmUp.awaitTls();
    @Nullable TlsContext tls =
        settings.address() instanceof ServerAddress.Tcp
            ? TlsContext.forClient(Objects.requireNonNull(settings.trust()), settings.identity())
            : null;
    Transport transport = Transport.open("dozo-connection", 1);
    ClientLink link = new ClientLink(settings);
    ChannelFuture connecting = connect(settings, transport, tls, link);
    try {
      connecting.addListener(done -> {
        if (!done.isSuccess()) {
          link.welcome().completeExceptionally(Faults.of(settings.address(), done.cause()));
        }
      });
      Welcome welcome =
          Answer.await(
              link.welcome(), settings.connectTimeout(), "connecting to " + settings.address());
      return new DozoConnection(settings, transport, tls, link, welcome);
    } catch (IOException | RuntimeException e) {
      free(connecting.channel(), transport, tls);
      throw e;
    }
  }

  private static ChannelFuture connect(
      ConnectionSettings settings, Transport transport, @Nullable TlsContext tls, ClientLink link) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(transport.loops())
            .option(ChannelOption.ALLOCATOR, Transport.buffers())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null && settings.address() instanceof ServerAddress.Tcp tcp) {
                      channel
                          .pipeline()
                          .addLast(tls.newHandler(channel.alloc(), tcp.host(), tcp.port()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new IdleStateHandler(
                                Protocol.SILENCE_SECONDS, Protocol.PING_SECONDS, 0),
                            new FrameDecoder(MessageType::isFromServer),
                            new FrameEncoder(),
                            link);
                  }
                });
    return switch (settings.address()) {
      case ServerAddress.Tcp tcp ->
          bootstrap
              .channel(transport.tcpChannel())
              .option(ChannelOption.TCP_NODELAY, true)
              .connect(InetSocketAddress.createUnresolved(tcp.host(), tcp.port()));
      case ServerAddress.Unix unix ->
          bootstrap.channel(transport.unixChannel()).connect(transport.unixAddress(unix.socket()));
    };
  }

  /** What the server said of itself and of our token. */
  public Welcome welcome() {
    return welcome;
  }

  /** Where the server is. */
  public ServerAddress address() {
    return settings.address();
  }

  /** Why the connection is of no more use, or empty while it is. */
  public Optional<IOException> lost() {
    return link.lost();
  }

  /** The reason for which the server drains, if it does: it begins no new sessions then. */
  public Optional<String> goingAway() {
    return link.goingAway();
  }

  /** Lists the VMs that our token may see and that have restore points. */
  public List<VmSummary> listVms() throws IOException {
    List<VmSummary> vms = new ArrayList<>();
    return ask(
        new ListVms(),
        "listing VMs",
        answer -> {
          Vms part = expect(Vms.class, answer);
          vms.addAll(part.vms());
          return part.more() ? null : vms;
        });
  }

  /** Tells the server that a checkpoint is about to be made; when this returns it is known. */
  public void takeLease(TakeLease lease) throws IOException {
    ask(lease, "noting a checkpoint", answer -> expect(LeaseNoted.class, answer));
  }

  /** Tells the server that nothing is left of a checkpoint. */
  public void endLease(UUID lease) throws IOException {
    ask(
        new EndLease(lease),
        "noting that a checkpoint is gone",
        answer -> expect(LeaseNoted.class, answer));
  }

  /** Lists the checkpoints that may be left and that our token may see, the oldest first. */
  public List<LeaseSummary> listLeases() throws IOException {
    List<LeaseSummary> leases = new ArrayList<>();
    return ask(
        new ListLeases(),
        "listing leases",
        answer -> {
          Leases part = expect(Leases.class, answer);
          leases.addAll(part.leases());
          return part.more() ? null : leases;
        });
  }

  /**
   * Lists restore points that our token may see, by ascending id, as many as the query allows.
   *
   * @return as many as the limit if there may be more, which then follow {@code after} the last
   */
  public List<RestorePoint> listRestorePoints(ListRestorePoints query) throws IOException {
    List<RestorePoint> points = new ArrayList<>();
    return ask(
        query,
        "listing restore points",
        answer -> {
          RestorePoints part = expect(RestorePoints.class, answer);
          points.addAll(part.restorePoints());
          return part.more() ? null : points;
        });
  }

  /**
   * Begins to make a restore point.
   *
   * @throws dozo.format.RemoteException {@code busy} or {@code shutting-down} if the server takes
   *     no more sessions at the moment, {@code invalid} if it will never take this one
   */
  public RemoteSession beginSession(BeginSession plan) throws IOException {
    return ask(plan, "beginning a session", this::open);
  }

  /**
   * Takes a session up again that was begun over another connection with the same token.
   *
   * @throws dozo.format.RemoteException {@code session-gone} if the server knows it no more
   */
  public RemoteSession resumeSession(SessionTicket ticket) throws IOException {
    return ask(
        new ResumeSession(ticket.session(), ticket.secret()), "resuming a session", this::open);
  }

  private RemoteSession open(Message answer) {
    return new RemoteSession(link, welcome.repository(), expect(SessionOpened.class, answer));
  }

  /**
   * Opens a disk of a restore point for reading.
   *
   * @throws dozo.format.NotFoundException if there is none of that name that our token may read
   */
  public ChunkSource openDisk(RestorePointId restorePoint, String disk) throws IOException {
    return open(new OpenDisk(restorePoint, disk, null, true), "disk " + disk);
  }

  /**
   * Opens a configuration file of a restore point for reading.
   *
   * @throws dozo.format.NotFoundException if there is none of that name that our token may read
   */
  public ChunkSource openFile(RestorePointId restorePoint, String file) throws IOException {
    return open(new OpenDisk(restorePoint, null, file, true), "file " + file);
  }

  /**
   * Asks for what it takes to find out where a disk of ours differs from one of a restore point.
   *
   * @throws dozo.format.NotFoundException if one of the two is not there, or our token may not read
   *     it
   */
  public Comparison compare(CompareDisk question) throws IOException {
    return ask(question, "comparing disks", answer -> expect(Comparison.class, answer));
  }

  private ChunkSource open(OpenDisk question, String name) throws IOException {
    String what = name + " of restore point " + question.restorePoint();
    return ask(
        question,
        "opening " + what,
        answer -> {
          Disk disk = expect(Disk.class, answer);
          return new RemoteChunkSource(link, reads, disk, what, settings.answerTimeout());
        });
  }

  private <T> T ask(Message question, String what, Function<Message, @Nullable T> take)
      throws IOException {
    CompletableFuture<T> answer = Request.send(link, question, take);
    Duration timeout = settings.answerTimeout();
    try {
      return Answer.await(answer, timeout, what + " at " + address());
    } catch (ConnectionLostException e) {
      link.close(e);
      throw e;
    }
  }

  private static <M extends Message> M expect(Class<M> type, Message message) {
    if (!type.isInstance(message)) {
      throw new IllegalArgumentException(message.type() + " is not expected here");
    }
    return type.cast(message);
  }

  /** Closes the connection and waits until its thread has ended. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    link.close(Faults.lost(address(), "The connection was closed by us"));
    free(link.channel(), transport, tls);
  }

  private static void free(Channel channel, Transport transport, @Nullable TlsContext tls) {
    var _ = channel.close().awaitUninterruptibly(Transport.CLOSE_SECONDS, TimeUnit.SECONDS);
    transport.close();
    if (tls != null) {
      tls.close();
    }
  }
}
