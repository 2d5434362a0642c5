package dozo.cli;

import dozo.cli.config.ConfigException;
import dozo.cli.config.Mistake;
import dozo.cli.log.LogSetup;
import dozo.cli.server.Changes;
import dozo.cli.server.ServerSettings;
import dozo.server.DozoServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a running server take over what its configuration says by now. With a mistake in it nothing
 * changes. What a server cannot take over is warned of, each time, until it is started anew.
 *
 * <p>Safe for use by several threads.
 */
final class ServerReload {

  private static final Logger log = LoggerFactory.getLogger(ServerReload.class);

  private final Source source;
  private final DozoServer server;
  private final Map<String, Optional<String>> running;

  /** Reads the configuration. */
  @FunctionalInterface
  interface Source {
    /** What it says now. */
    ServerSettings read() throws IOException;
  }

  /**
   * Prepares to reload.
   *
   * @param running what the server was started with
   */
  ServerReload(Source source, DozoServer server, ServerSettings running) {
    this.source = source;
    this.server = server;
    this.running = new LinkedHashMap<>(running.values());
  }

  synchronized void run() {
    try {
      take(source.read());
    } catch (ConfigException e) {
      for (Mistake mistake : e.mistakes()) {
        log.error("Configuration is mistaken at=\"{}\"", mistake);
      }
      log.error("Configuration not read again, what was stays mistakes={}", e.mistakes().size());
    } catch (IOException e) {
      log.error("Configuration cannot be read again, what was stays", e);
    }
  }

  private void take(ServerSettings next) throws IOException {
    Changes changes = Changes.between(running, next.values());
    List<String> keys = changes.atOnce().stream().map(Changes.Change::key).toList();
    server.follow(next.configuration(), keys);
    if (!keys.isEmpty()) {
      LogSetup.change(next.log().isDebug());
    }
    for (Changes.Change change : changes.atOnce()) {
      log.info(
          "Configuration changed key={} before=\"{}\" now=\"{}\"",
          change.key(),
          text(change.before()),
          text(change.now()));
    }
    for (Changes.Change change : changes.afterRestart()) {
      log.warn(
          "Configuration changes after a restart only key={} running=\"{}\" file=\"{}\"",
          change.key(),
          text(change.before()),
          text(change.now()));
    }
    changes.atOnce().forEach(change -> running.put(change.key(), change.now()));
    log.info(
        "Configuration read again changed={} afterRestart={}",
        keys.size(),
        changes.afterRestart().size());
  }

  private static String text(Optional<String> value) {
    return value.orElse("-");
  }
}
