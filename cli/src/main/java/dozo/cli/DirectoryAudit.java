package dozo.cli;

import dozo.repository.RepositoryLayout;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditEvent;
import dozo.server.audit.AuditLog;
import dozo.server.audit.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a command notes in the audit log of a directory that it has changed. */
final class DirectoryAudit {

  private static final Logger log = LoggerFactory.getLogger(DirectoryAudit.class);

  private DirectoryAudit() {}

  /**
   * Notes what was done. It is done, so that it cannot fail any more: where the log cannot be
   * written, a warning says so.
   *
   * @param repository the repository's own directory
   * @param details what it was done to; never a secret
   */
  static void done(Path repository, String action, Map<String, ?> details) {
    Clock clock = Clock.systemUTC();
    AuditEvent event = AuditEvent.of(clock.instant(), Actor.user(), action, Outcome.DONE);
    for (Map.Entry<String, ?> detail : details.entrySet()) {
      event = event.with(detail.getKey(), detail.getValue());
    }
    Path directory = new RepositoryLayout(repository).audit();
    try {
      AuditLog.in(directory, clock).append(List.of(event));
    } catch (IOException e) {
      log.warn(
          "It was done, but is not in the audit log: it cannot be written action={} directory={}",
          action,
          directory,
          e);
    }
  }
}
