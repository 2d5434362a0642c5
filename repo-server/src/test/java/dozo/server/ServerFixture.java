package dozo.server;

import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.DiskSpec;
import dozo.protocol.FileSpec;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.server.auth.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A repository and a server over it, in a directory of a test. Both can be closed and reopened. */
public final class ServerFixture implements AutoCloseable {

  public static final UUID VM_ID = UUID.fromString("6f9619ff-8b86-d011-b42d-00c04fc964ff");
  static final VmRef VM = new VmRef("default", VM_ID, "web", "hv1");

  private static final SortedMap<String, String> ATTRIBUTES =
      new TreeMap<>(Map.of("rack", "7", "tracking.disk0", "a mark"));

  private static final byte[] KEY = new byte[KeyFile.MINIMUM_BYTES];

  private final Path directory;
  private final UnaryOperator<ServerConfiguration> tuning;
  private Repository repository;
  private DozoServer server;
  private int port;

  private ServerFixture(
      Path directory, UnaryOperator<ServerConfiguration> tuning, Repository repository)
      throws IOException {
    this.directory = directory;
    this.tuning = tuning;
    this.repository = repository;
    this.server = startServer();
    this.port = server.address().getPort();
  }

  public static ServerFixture start(Path directory) throws IOException {
    return start(directory, UnaryOperator.identity());
  }

  public static ServerFixture start(Path directory, UnaryOperator<ServerConfiguration> tuning)
      throws IOException {
    try (SlotSecret secret = KeyFile.of(KEY)) {
      Repository.create(
          directory.resolve("repository"),
          RepositoryParameters.standard(),
          secret,
          Argon2Cost.DEFAULT,
          "test",
          RepositoryOptions.standard());
    }
    return new ServerFixture(directory, tuning, openRepository(directory));
  }

  private static Repository openRepository(Path directory) throws IOException {
    try (SlotSecret secret = KeyFile.of(KEY)) {
      return Repository.open(
          directory.resolve("repository"),
          secret,
          RepositoryOptions.standard().withMemoryBytes(64 << 20));
    }
  }

  private DozoServer startServer() throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerConfiguration configuration =
        ServerConfiguration.standard(directory.resolve("server"))
            .withListen(loopback)
            .withAdmin(Optional.of(free))
            .withDrainPatience(Duration.ofMillis(100));
    return DozoServer.start(
        tuning.apply(configuration), repository, Clock.systemUTC(), new SecureRandom());
  }

  /** Stops the server and closes the repository. */
  public void stop() throws IOException {
    server.close();
    repository.close();
  }

  /** Opens the repository again and starts a server on the same port. */
  public void restart() throws IOException {
    repository = openRepository(directory);
    server = startServer();
  }

  public DozoServer server() {
    return server;
  }

  public Repository repository() {
    return repository;
  }

  ServerAddress.Tcp address() {
    return new ServerAddress.Tcp("127.0.0.1", port);
  }

  public Secret token(Role role, Scope scope) throws IOException {
    return server.tokens().create("test", role, scope, Optional.empty()).secret();
  }

  public Secret token(Role role) throws IOException {
    return token(role, Scope.EVERYTHING);
  }

  ConnectionSettings settings(Secret token) {
    return ConnectionSettings.tcp(
        address(), new ServerTrust.Pinned(server.fingerprint()), token, "test");
  }

  DozoConnection connect(Secret token) throws IOException {
    return DozoConnection.connect(settings(token));
  }

  DozoConnection connect(Role role) throws IOException {
    return connect(token(role));
  }

  /** Commits a restore point of zeros. */
  public RestorePointId push(long zeros) throws IOException {
    try (DozoConnection connection = connect(Role.BACKUP);
        RemoteSession session = connection.beginSession(plan(zeros))) {
      session.stream("disk0").zeros(zeros);
      session.stream("disk0").end();
      return session.commit(new Commit(null, null)).restorePoint();
    }
  }

  /** Commits a restore point with that content. */
  public RestorePointId push(byte[] content) throws IOException {
    try (DozoConnection connection = connect(Role.BACKUP);
        RemoteSession session = connection.beginSession(plan(content.length))) {
      session.stream("disk0").data(ByteBuffer.wrap(content));
      session.stream("disk0").end();
      return session.commit(new Commit(null, null)).restorePoint();
    }
  }

  /** Commits a restore point with a disk of zeros and a configuration file. */
  public RestorePointId pushWithFile(String name, byte[] file) throws IOException {
    BeginSession plan = plan(VM, List.of(1024L), List.of(new FileSpec(name, file.length)));
    try (DozoConnection connection = connect(Role.BACKUP);
        RemoteSession session = connection.beginSession(plan)) {
      session.stream("disk0").zeros(1024);
      session.stream("disk0").end();
      session.stream(name).data(ByteBuffer.wrap(file));
      session.stream(name).end();
      return session.commit(new Commit(null, null)).restorePoint();
    }
  }

  /** Begins a session that sends nothing. */
  public Closeable silentSession(long sizeBytes) throws IOException {
    DozoConnection connection = connect(Role.BACKUP);
    connection.beginSession(plan(sizeBytes));
    return connection::close;
  }

  /** Announces a VM with one disk of that size. */
  public static BeginSession plan(long sizeBytes) {
    return plan(VM, List.of(sizeBytes), List.of());
  }

  /** Announces a VM with disks {@code disk0}, {@code disk1}, … of those sizes. */
  static BeginSession plan(VmRef vm, List<Long> sizes, List<FileSpec> files) {
    List<DiskSpec> disks =
        IntStream.range(0, sizes.size())
            .mapToObj(i -> new DiskSpec("disk" + i, sizes.get(i), 512, 4096, new UUID(7, i)))
            .toList();
    return new BeginSession(vm, disks, files, Consistency.NONE, ATTRIBUTES);
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
