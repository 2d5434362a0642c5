package dozo.cli.server;

import dozo.cli.config.Answer;
import dozo.repository.RepositoryOptions;
import dozo.server.ServerConfiguration;
import dozo.server.approval.Protection;
import dozo.server.certificate.TlsFiles;
import dozo.server.notify.NotificationSettings;
import dozo.server.upkeep.UpkeepPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that {@code dozo server} is told.
 *
 * @param file what was read, if there is a file
 * @param data the server's directory
 * @param repository the directory of the repository
 * @param init whether to make a repository where there is none
 * @param unlock what opens the repository
 * @param listen where clients find it
 * @param tls what it shows them, and what they have to show
 * @param engine what the engine may use
 * @param mounts where it mounts, if it does
 * @param limits what clients may take
 * @param drain how long sessions may go on at its end
 * @param upkeep what it does by itself
 * @param protection what destructive requests wait for
 * @param clockJump how far forward the clock may go before somebody has to confirm the time
 * @param notifications whom it tells what
 * @param audit the directory of the audit log
 * @param log what is logged
 * @param answers every key with what counts and where that comes from
 */
public record ServerSettings(
    Optional<Path> file,
    DataDirectory data,
    Path repository,
    boolean init,
    UnlockSettings unlock,
    ListenSettings listen,
    TlsFiles tls,
    EngineSettings engine,
    Optional<MountSettings> mounts,
    LimitSettings limits,
    Duration drain,
    UpkeepPlan upkeep,
    Protection protection,
    Duration clockJump,
    NotificationSettings notifications,
    Path audit,
    LogSettings log,
    List<Answer> answers) {

  /** Keeps a copy. */
  public ServerSettings {
    answers = List.copyOf(answers);
  }

  /** What counts for every key; empty for one that has no value. */
  public Map<String, Optional<String>> values() {
    return answers.stream()
        .collect(Collectors.toMap(Answer::key, Answer::text, (a, b) -> b, LinkedHashMap::new));
  }

  /** How the engine is opened. */
  public RepositoryOptions repositoryOptions() {
    return RepositoryOptions.standard()
        .withMemoryBytes(engine.memoryBytes())
        .withThreads(engine.threads())
        .withReserve(engine.reserve());
  }

  /** How the server is started. */
  public ServerConfiguration configuration() {
    ServerConfiguration configuration =
        ServerConfiguration.standard(data.server())
            .withListen(listen.protocol())
            .withTls(tls)
            .withAdmin(listen.admin())
            .withAudit(audit)
            .withNetwork(limits.network())
            .withSessions(limits.sessions())
            .withUpkeep(upkeep)
            .withProtection(protection)
            .withClockJump(clockJump)
            .withNotifications(notifications)
            .withDrainPatience(drain);
    return listen.unixSocket().map(configuration::withUnixSocket).orElse(configuration);
  }
}
