package dozo.server.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every so often whether somebody made or revoked tokens beside the server, as {@code dozo
 * token} does.
 */
public final class TokenWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TokenWatch.class);

  private final TokenStore tokens;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-token-watch").daemon().factory());

  private TokenWatch(TokenStore tokens) {
    this.tokens = tokens;
  }

  /** Begins to look. */
  public static TokenWatch start(TokenStore tokens, Duration period) {
    TokenWatch watch = new TokenWatch(tokens);
    long millis = period.toMillis();
    var _ = watch.thread.scheduleWithFixedDelay(watch::look, millis, millis, TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    try {
      tokens.refresh();
    } catch (IOException | RuntimeException e) {
      log.error("The tokens cannot be listed", e);
    }
  }

  /** Stops looking. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
