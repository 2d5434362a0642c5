package dozo.server;

import dozo.protocol.ServerAddress;
import dozo.server.approval.Protection;
import dozo.server.certificate.TlsFiles;
import dozo.server.net.NetworkLimits;
import dozo.server.notify.NotificationSettings;
import dozo.server.session.SessionLimits;
import dozo.server.upkeep.UpkeepPlan;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server is started.
 *
 * @param directory the server's own directory, for its key and certificate; not the repository's
 * @param audit the directory of the audit log
 * @param listen the address and port of the protocol; port 0 takes a free one
 * @param admin the address and port of the admin API, if there is to be one
 * @param unixSocket the file of a Unix socket, if there is to be one
 * @param tls what it shows clients, and what they have to show
 * @param network what connections may take
 * @param sessions what sessions may take
 * @param drainPatience how long a closing server waits for sessions that are under way
 * @param upkeep what it does by itself
 * @param protection what destructive requests wait for
 * @param notifications whom it tells what
 * @param clockJump how far forward the clock may go before somebody has to confirm the time
 */
public record ServerConfiguration(
    Path directory,
    Path audit,
    InetSocketAddress listen,
    Optional<InetSocketAddress> admin,
    Optional<Path> unixSocket,
    TlsFiles tls,
    NetworkLimits network,
    SessionLimits sessions,
    Duration drainPatience,
    UpkeepPlan upkeep,
    Protection protection,
    NotificationSettings notifications,
    Duration clockJump) {

  /** The port of the admin API of servers that were not told another. */
  public static final int DEFAULT_ADMIN_PORT = 8471;

  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);

  /** A long weekend that a machine was off; less than what was forgotten stays in the trash. */
  private static final Duration CLOCK_JUMP = Duration.ofDays(4);

  /** All addresses of this host, the usual ports, the usual limits, no Unix socket. */
  public static ServerConfiguration standard(Path directory) {
    return new ServerConfiguration(
        directory,
        directory.resolve("audit"),
        new InetSocketAddress(ServerAddress.DEFAULT_PORT),
        Optional.of(new InetSocketAddress(DEFAULT_ADMIN_PORT)),
        Optional.empty(),
        TlsFiles.NONE,
        NetworkLimits.STANDARD,
        SessionLimits.STANDARD,
        DRAIN_PATIENCE,
        UpkeepPlan.NONE,
        Protection.NONE,
        NotificationSettings.NONE,
        CLOCK_JUMP);
  }

  /** The same with the audit log elsewhere: a repository has a place for its own. */
  public ServerConfiguration withAudit(Path elsewhere) {
    return changed(draft -> draft.audit = elsewhere);
  }

  /** The same on another address. */
  public ServerConfiguration withListen(InetSocketAddress address) {
    return changed(draft -> draft.listen = address);
  }

  /** The same with the admin API elsewhere, or nowhere. */
  public ServerConfiguration withAdmin(Optional<InetSocketAddress> address) {
    return changed(draft -> draft.admin = address);
  }

  /** The same with a Unix socket. */
  public ServerConfiguration withUnixSocket(Path file) {
    return changed(draft -> draft.unixSocket = Optional.of(file));
  }

  /** The same with certificates that somebody else has signed. */
  public ServerConfiguration withTls(TlsFiles files) {
    return changed(draft -> draft.tls = files);
  }

  /** The same with other limits of connections. */
  public ServerConfiguration withNetwork(NetworkLimits limits) {
    return changed(draft -> draft.network = limits);
  }

  /** The same with other limits of sessions. */
  public ServerConfiguration withSessions(SessionLimits limits) {
    return changed(draft -> draft.sessions = limits);
  }

  /** The same with another patience at the end. */
  public ServerConfiguration withDrainPatience(Duration patience) {
    return changed(draft -> draft.drainPatience = patience);
  }

  /** The same, doing something by itself. */
  public ServerConfiguration withUpkeep(UpkeepPlan plan) {
    return changed(draft -> draft.upkeep = plan);
  }

  /** The same, telling somebody. */
  public ServerConfiguration withNotifications(NotificationSettings settings) {
    return changed(draft -> draft.notifications = settings);
  }

  /** The same, with what is destructive waiting. */
  public ServerConfiguration withProtection(Protection terms) {
    return changed(draft -> draft.protection = terms);
  }

  /** The same, believing the clock after other jumps. */
  public ServerConfiguration withClockJump(Duration furthest) {
    return changed(draft -> draft.clockJump = furthest);
  }

  private ServerConfiguration changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /** The members while one of them is changed. */
  private static final class Draft {
    final Path directory;
    Path audit;
    InetSocketAddress listen;
    Optional<InetSocketAddress> admin;
    Optional<Path> unixSocket;
    TlsFiles tls;
    NetworkLimits network;
    SessionLimits sessions;
    Duration drainPatience;
    UpkeepPlan upkeep;
    Protection protection;
    NotificationSettings notifications;
    Duration clockJump;

    Draft(ServerConfiguration from) {
      directory = from.directory;
      audit = from.audit;
      listen = from.listen;
      admin = from.admin;
      unixSocket = from.unixSocket;
      tls = from.tls;
      network = from.network;
      sessions = from.sessions;
      drainPatience = from.drainPatience;
      upkeep = from.upkeep;
      protection = from.protection;
      notifications = from.notifications;
      clockJump = from.clockJump;
    }

    ServerConfiguration finish() {
      return new ServerConfiguration(
          directory,
          audit,
          listen,
          admin,
          unixSocket,
          tls,
          network,
          sessions,
          drainPatience,
          upkeep,
          protection,
          notifications,
          clockJump);
    }
  }
}
