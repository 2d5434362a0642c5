package dozo.server;

import dozo.format.manifest.RestorePoint;
import dozo.protocol.Fingerprint;
import dozo.repository.Repository;
import dozo.server.admin.AdminParts;
import dozo.server.admin.AdminServer;
import dozo.server.approval.Admins;
import dozo.server.approval.ApprovalWatch;
import dozo.server.approval.Approvals;
import dozo.server.approval.Deeds;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditLog;
import dozo.server.audit.AuditReader;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.auth.TokenStore;
import dozo.server.auth.TokenWatch;
import dozo.server.certificate.ServerCertificate;
import dozo.server.certificate.TlsFiles;
import dozo.server.clock.ClockGuard;
import dozo.server.clock.ClockWatch;
import dozo.server.health.Suspicions;
import dozo.server.health.Warnings;
import dozo.server.lease.LeaseStore;
import dozo.server.lease.LeaseWarnings;
import dozo.server.lease.LeaseWatch;
import dozo.server.login.Logins;
import dozo.server.login.UserStore;
import dozo.server.metrics.JobMetrics;
import dozo.server.metrics.RepositoryMetrics;
import dozo.server.metrics.RoomMetrics;
import dozo.server.metrics.ServerMetrics;
import dozo.server.mounts.HostMounts;
import dozo.server.net.Listeners;
import dozo.server.net.ProtocolServer;
import dozo.server.notify.Notifications;
import dozo.server.session.ReceivingSession;
import dozo.server.session.SessionRegistry;
import dozo.server.upkeep.JobHistory;
import dozo.server.upkeep.PlanKeeper;
import dozo.server.upkeep.UpkeepJobs;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server over an open repository.
 *
 * <p>Safe for use by several threads. The repository stays its opener's to close, after the server.
 */
public final class DozoServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DozoServer.class);

  /** How soon a token that was made or revoked beside the server is known to it. */
  private static final Duration TOKEN_PERIOD = Duration.ofSeconds(2);

  private static final String NAME = "dozo/0.1";

  /** The directory, in the server's own, of what became of jobs. */
  private static final String JOBS = "jobs";

  /** The file, in the server's own directory, of what was told and what is to be. */
  private static final String NOTIFICATIONS = "notifications.json";

  private final TlsFiles tls;
  private volatile ServerCertificate certificate;
  private final TokenStore tokens;
  private final TokenWatch tokenWatch;
  private final LeaseWatch leaseWatch;
  private final SessionRegistry sessions;
  private final ServerMetrics metrics;
  private final AuditTrail audit;
  private final ProtocolServer protocol;
  private final UpkeepJobs jobs;
  private final HostMounts mounts;
  private final PlanKeeper plan;
  private final ApprovalWatch approvals;
  private final Notifications notifications;
  private final ClockWatch clockWatch;
  private final @Nullable AdminServer admin;
  private volatile Duration drainPatience;
  private boolean closed;

  private DozoServer(
      ServerConfiguration configuration,
      ServerCertificate certificate,
      TokenStore tokens,
      TokenWatch tokenWatch,
      LeaseWatch leaseWatch,
      SessionRegistry sessions,
      ServerMetrics metrics,
      AuditTrail audit,
      ProtocolServer protocol,
      UpkeepJobs jobs,
      HostMounts mounts,
      PlanKeeper plan,
      ApprovalWatch approvals,
      Notifications notifications,
      ClockWatch clockWatch,
      @Nullable AdminServer admin) {
    this.drainPatience = configuration.drainPatience();
    this.tls = configuration.tls();
    this.certificate = certificate;
    this.tokens = tokens;
    this.tokenWatch = tokenWatch;
    this.leaseWatch = leaseWatch;
    this.sessions = sessions;
    this.metrics = metrics;
    this.audit = audit;
    this.protocol = protocol;
    this.jobs = jobs;
    this.mounts = mounts;
    this.plan = plan;
    this.approvals = approvals;
    this.notifications = notifications;
    this.clockWatch = clockWatch;
    this.admin = admin;
  }

  /** Starts a server that does not mount, as {@link #start} does. */
  public static DozoServer start(
      ServerConfiguration configuration, Repository repository, Clock clock, SecureRandom random)
      throws IOException {
    return start(configuration, repository, HostMounts.NONE, clock, random);
  }

  /**
   * Starts a server. When this returns it is listening.
   *
   * @param repository open for changes
   * @param mounts what the admin API mounts with
   * @throws BindException if an address cannot be listened on; the message says which and what to
   *     do
   * @throws IOException if the tokens or the certificate cannot be read
   */
  public static DozoServer start(
      ServerConfiguration configuration,
      Repository repository,
      HostMounts mounts,
      Clock clock,
      SecureRandom random)
      throws IOException {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      ServerCertificate certificate = certificate(configuration, clock, random);
      ClockGuard guard = guard(repository, configuration, clock);
      TokenStore tokens =
          TokenStore.open(repository.state(), guard.neverBack(clock.getZone()), random);
      ServerMetrics metrics = new ServerMetrics();
      opened.push(metrics);
      RepositoryMetrics.bind(metrics, repository);
      LeaseStore leases = LeaseStore.open(repository.state(), clock);
      LeaseWatch leaseWatch = LeaseWatch.start(leases, metrics, clock);
      opened.push(leaseWatch);
      RoomMetrics.bind(metrics, configuration.audit().toAbsolutePath().resolve("..").normalize());
      AuditTrail audit =
          AuditTrail.start(AuditLog.in(configuration.audit(), clock), clock, metrics);
      opened.push(audit);
      ServerAudit told = new ServerAudit(audit);
      SessionRegistry sessions =
          new SessionRegistry(repository, configuration.sessions(), metrics, clock, random);
      opened.push(sessions);
      sessions.onCommit(told::committed);
      Notifications notifications =
          Notifications.open(
              configuration.notifications(),
              configuration.directory().resolve(NOTIFICATIONS),
              repository.identity().id(),
              metrics,
              clock);
      opened.push(notifications);
      sessions.onFailure(notifications::sessionFailed);
      ProtocolServer protocol =
          ProtocolServer.start(
              new Listeners(configuration.listen(), configuration.unixSocket()),
              certificate,
              configuration.tls().clientAuthorities(),
              repository,
              tokens,
              leases,
              sessions,
              metrics,
              audit,
              configuration.network(),
              NAME);
      opened.push(protocol);
      TokenWatch tokenWatch = TokenWatch.start(tokens, TOKEN_PERIOD);
      opened.push(tokenWatch);
      JobHistory history = JobHistory.open(configuration.directory().resolve(JOBS));
      UpkeepJobs jobs = new UpkeepJobs(repository, configuration.upkeep().sweep(), history, clock);
      opened.push(jobs);
      jobs.believe(() -> guard.doubt().isEmpty());
      jobs.listen(told);
      jobs.listen(new JobMetrics(metrics, clock));
      jobs.listen(notifications);
      ClockWatch clockWatch = ClockWatch.start(guard, jobs::stopWhatTrustsTheClock, audit, metrics);
      opened.push(clockWatch);
      PlanKeeper plan = PlanKeeper.start(configuration.upkeep(), repository, jobs, clock);
      opened.push(plan);
      UserStore users = new UserStore(repository.state(), clock, random);
      Approvals approvals =
          Approvals.open(
              configuration.protection(),
              repository.state(),
              new Admins(tokens, users, clock),
              new Deeds(repository, jobs, plan, guard, clock),
              audit,
              clock,
              System::nanoTime);
      Suspicions suspicions = new Suspicions(repository);
      Warnings warnings =
          new Warnings(
              repository,
              suspicions,
              jobs::lastVerified,
              List.of(
                  _ -> approvals.warning().stream().toList(),
                  new LeaseWarnings(leases),
                  guard,
                  notifications));
      notifications.start(warnings, repository);
      ApprovalWatch approvalWatch = ApprovalWatch.start(approvals, metrics);
      opened.push(approvalWatch);
      @Nullable AdminServer admin = null;
      if (configuration.admin().isPresent()) {
        admin =
            AdminServer.start(
                configuration.admin().get(),
                certificate,
                new AdminParts(
                    repository,
                    tokens,
                    new Logins(users, clock, random),
                    sessions,
                    jobs,
                    plan,
                    approvals,
                    guard,
                    mounts,
                    metrics,
                    audit,
                    AuditReader.in(configuration.audit()),
                    suspicions,
                    warnings,
                    notifications,
                    clock));
      }
      audit.note(
          audit
              .event(Actor.SERVER, "start", Outcome.DONE)
              .with("repository", repository.identity().id())
              .with("fingerprint", certificate.fingerprint()));
      return new DozoServer(
          configuration,
          certificate,
          tokens,
          tokenWatch,
          leaseWatch,
          sessions,
          metrics,
          audit,
          protocol,
          jobs,
          mounts,
          plan,
          approvalWatch,
          notifications,
          clockWatch,
          admin);
    } catch (IOException | RuntimeException | Error e) {
      // Some of it has files and sockets. What went wrong once may do so again.
      for (AutoCloseable each : opened) {
        try {
          each.close();
        } catch (Exception | Error suppressed) {
          e.addSuppressed(suppressed);
        }
      }
      throw e;
    }
  }

  private static ServerCertificate certificate(
      ServerConfiguration configuration, Clock clock, SecureRandom random) throws IOException {
    return configuration.tls().certificate().isPresent()
        ? ServerCertificate.read(configuration.tls().certificate().get())
        : ServerCertificate.openOrCreate(configuration.directory(), clock, random);
  }

  private static ClockGuard guard(
      Repository repository, ServerConfiguration configuration, Clock clock) throws IOException {
    return ClockGuard.open(
        repository.state(),
        repository.identity().id(),
        repository.restorePoints().stream().map(RestorePoint::created).max(Instant::compareTo),
        clock,
        System::nanoTime,
        configuration.clockJump());
  }

  /** The address of the protocol, with the port that was taken. */
  public InetSocketAddress address() {
    return protocol.address();
  }

  /** The port of the admin API, if it is served. */
  public Optional<Integer> adminPort() {
    return Optional.ofNullable(admin).map(AdminServer::port);
  }

  /** What clients pin. */
  public Fingerprint fingerprint() {
    return certificate.fingerprint();
  }

  /** The tokens, to make and revoke. */
  public TokenStore tokens() {
    return tokens;
  }

  /** The sessions that have not ended, the oldest first. */
  public List<ReceivingSession> sessions() {
    return sessions.open();
  }

  /** What is counted. */
  public ServerMetrics metrics() {
    return metrics;
  }

  /**
   * Whether it answers: its event loops, which never wait for anything, take up something new. What
   * waits for a disk, as requests and jobs may, is none of a watchdog's business.
   *
   * @param patience how long each may take
   */
  public boolean isWell(Duration patience) {
    synchronized (this) {
      if (closed) {
        return true;
      }
    }
    return protocol.answers(patience);
  }

  /**
   * Takes over what a changed configuration says, as far as that can be done beside everything
   * else: limits, the patience at the end, what it does by itself, and the certificates, which are
   * read again in any case: whoever renews one keeps its name. All else stays as it is.
   *
   * @param keys the names of what has changed, for the audit log
   * @throws IOException if the certificate, or a plan that was set through the API, cannot be read
   *     or used; the log says what has changed before that
   */
  public void follow(ServerConfiguration next, List<String> keys) throws IOException {
    if (tls.clientAuthorities().isPresent()) {
      protocol.show(certificate, tls.clientAuthorities());
    }
    if (tls.certificate().isPresent()) {
      show(ServerCertificate.read(tls.certificate().get()));
    }
    plan.follow(next.upkeep());
    sessions.limit(next.sessions());
    protocol.limit(next.network());
    drainPatience = next.drainPatience();
    if (!keys.isEmpty()) {
      audit.note(
          audit
              .event(Actor.SERVER, "configure", Outcome.DONE)
              .with("keys", String.join(" ", keys)));
    }
  }

  private void show(ServerCertificate next) throws IOException {
    if (next.equals(certificate)) {
      return;
    }
    protocol.show(next, tls.clientAuthorities());
    if (admin != null) {
      admin.show(next);
    }
    certificate = next;
    log.info("Certificate changed fingerprint={}", next.fingerprint());
    audit.note(
        audit
            .event(Actor.SERVER, "certificate", Outcome.DONE)
            .with("fingerprint", next.fingerprint()));
  }

  /**
   * Drains and closes: takes nothing new, lets sessions that are under way go on for the configured
   * time, and ends the rest. What was committed is safe whatever happens; what was not can be sent
   * again, and is found by deduplication as far as it was stored.
   */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    log.info("Draining for={}", drainPatience);
    tokenWatch.close();
    leaseWatch.close();
    plan.close();
    approvals.close();
    clockWatch.close();
    mounts.drain();
    sessions.drain();
    protocol.drain("The server is shutting down");
    try {
      long awaited = sessions.awaitQuiet(drainPatience);
      if (awaited > 0) {
        log.warn("Sessions are cut off count={}", awaited);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (admin != null) {
      admin.close();
    }
    jobs.close();
    sessions.close();
    notifications.close();
    protocol.close();
    audit.note(audit.event(Actor.SERVER, "stop", Outcome.DONE));
    audit.close();
    metrics.close();
    log.info("Closed");
  }
}
