package dozo.server.admin;

import dozo.repository.Repository;
import dozo.server.approval.Approvals;
import dozo.server.audit.AuditReader;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.TokenStore;
import dozo.server.clock.ClockGuard;
import dozo.server.health.Suspicions;
import dozo.server.health.Warnings;
import dozo.server.login.Logins;
import dozo.server.metrics.ServerMetrics;
import dozo.server.mounts.HostMounts;
import dozo.server.notify.Notifications;
import dozo.server.session.SessionRegistry;
import dozo.server.upkeep.PlanKeeper;
import dozo.server.upkeep.UpkeepJobs;
import java.time.Clock;

/** What the API speaks of. */
public record AdminParts(
    Repository repository,
    TokenStore tokens,
    Logins logins,
    SessionRegistry sessions,
    UpkeepJobs jobs,
    PlanKeeper plan,
    Approvals approvals,
    ClockGuard guard,
    HostMounts mounts,
    ServerMetrics metrics,
    AuditTrail audit,
    AuditReader auditLog,
    Suspicions suspicions,
    Warnings warnings,
    Notifications notifications,
    Clock clock) {}
