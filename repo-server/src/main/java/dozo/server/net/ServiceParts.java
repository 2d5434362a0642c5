package dozo.server.net;

import dozo.repository.Repository;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.TokenStore;
import dozo.server.lease.LeaseStore;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.metrics.ServerMetrics;
import dozo.server.session.SessionRegistry;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What every connection of a server works with.
 *
 * @param repository the engine
 * @param visible what clients may see of it
 * @param tokens who may come in
 * @param leases checkpoints that may be left
 * @param sessions restore points in the making
 * @param metrics what is counted
 * @param audit what is noted of who did what
 * @param current gives what a connection may take at the time
 * @param blocking where work runs that may wait for the engine; refuses what it has no room for
 * @param refusals the answers to wrong tokens that wait
 * @param name what the server says it is
 */
record ServiceParts(
    Repository repository,
    VisibleRestorePoints visible,
    TokenStore tokens,
    LeaseStore leases,
    SessionRegistry sessions,
    ServerMetrics metrics,
    AuditTrail audit,
    Supplier<NetworkLimits> current,
    Executor blocking,
    PendingRefusals refusals,
    String name) {

  NetworkLimits limits() {
    return current.get();
  }
}
