package dozo.server.session;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.VmRef;
import dozo.protocol.Role;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.Verdict;
import dozo.server.ServerFixture;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.metrics.ServerMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Sessions over the repository of a server, and without its network. */
final class SessionsFixture implements AutoCloseable {

  static final Principal PRINCIPAL =
      new Principal(new UUID(1, 2), "test", Role.BACKUP, Scope.EVERYTHING);

  private final ServerFixture server;
  private final ServerMetrics metrics = new ServerMetrics();
  private final SessionRegistry registry;

  private SessionsFixture(ServerFixture server) {
    this.server = server;
    this.registry =
        new SessionRegistry(
            server.repository(),
            SessionLimits.STANDARD,
            metrics,
            Clock.systemUTC(),
            new SecureRandom());
  }

  static SessionsFixture start(Path directory) throws IOException {
    return new SessionsFixture(ServerFixture.start(directory));
  }

  ServerFixture server() {
    return server;
  }

  SessionRegistry registry() {
    return registry;
  }

  /** Begins a session of the VM that {@link ServerFixture} pushes. */
  ReceivingSession begin(SessionOwner owner, long diskBytes, Optional<BaseRef> base)
      throws Exception {
    DiskGeometry geometry = new DiskGeometry(diskBytes, 512, 4096);
    SessionRequest request =
        new SessionRequest(
            new VmRef("default", ServerFixture.VM_ID, "web", "hv1"),
            "default",
            List.of(new DiskSpec("disk0", geometry, new UUID(5, 6), base)),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    return registry.begin(PRINCIPAL, request, null, owner);
  }

  @Override
  public void close() throws IOException {
    registry.close();
    metrics.close();
    server.close();
  }

  /** A connection that has nothing to do with what it is told. */
  static class Owner implements SessionOwner {

    @Override
    public void creditReturned(ReceivingStream stream) {}

    @Override
    public void judged(ReceivingStream stream, long offset, List<Verdict> verdicts) {}

    @Override
    public void committed(ReceivingSession session, CommitReceipt made) {}

    @Override
    public void failed(ReceivingSession session, Throwable cause) {}

    @Override
    public void release(ReceivingSession session, Runnable released) {
      released.run();
    }
  }
}
