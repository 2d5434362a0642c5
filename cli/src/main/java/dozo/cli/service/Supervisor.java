package dozo.cli.service;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started this process, if one did.
 *
 * <p>Safe for use by several threads. What cannot be told is logged: a server is not worse for it.
 */
public final class Supervisor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG = "WATCHDOG_USEC";
  private static final String WATCHDOG_PROCESS = "WATCHDOG_PID";

  /** What takes longer to do nothing at all is not well, however patient its watchdog is. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Optional<DatagramSocket> socket;
  private final Optional<Duration> watchdog;
  private @Nullable ScheduledExecutorService heart;

  private Supervisor(Optional<DatagramSocket> socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /**
   * The one that the environment names.
   *
   * @param process the number of this process
   */
  public static Supervisor of(Map<String, String> environment, long process) {
    return new Supervisor(socket(environment), watchdog(environment, process));
  }

  private static Optional<DatagramSocket> socket(Map<String, String> environment) {
    try {
      return Optional.ofNullable(environment.get(SOCKET)).map(DatagramSocket::new);
    } catch (IllegalArgumentException e) {
      log.warn("The service manager's socket cannot be used", e);
      return Optional.empty();
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long process) {
    String meant = environment.get(WATCHDOG_PROCESS);
    if (meant != null && !meant.equals(Long.toString(process))) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(environment.get(WATCHDOG))
          .map(Long::parseLong)
          .filter(micros -> micros > 0)
          .map(micros -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)));
    } catch (NumberFormatException e) {
      log.warn("The service manager's watchdog cannot be read", e);
      return Optional.empty();
    }
  }

  /** Says what is being done, for people. */
  public void status(String text) {
    tell("STATUS=" + oneLine(text));
  }

  /**
   * Says that the service is there, and from now on, as often as its watchdog wants to hear it,
   * that it is well.
   *
   * @param isWell asked on a thread of its own, with the time that it may take for an answer
   */
  public synchronized void ready(String text, Predicate<Duration> isWell) {
    tell("READY=1\nSTATUS=" + oneLine(text));
    if (socket.isEmpty() || watchdog.isEmpty() || heart != null) {
      return;
    }
    heart =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("dozo-watchdog").daemon().factory());
    // An answer that takes a third after a pause of a third leaves a third to be late.
    Duration period = watchdog.get().dividedBy(3);
    Duration patience = period.compareTo(PATIENCE) < 0 ? period : PATIENCE;
    var _ =
        heart.scheduleWithFixedDelay(
            () -> beat(isWell, patience), 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void beat(Predicate<Duration> isWell, Duration patience) {
    try {
      if (isWell.test(patience)) {
        tell("WATCHDOG=1");
      } else {
        log.error("The server does not answer, and its watchdog is not told that it is well");
      }
    } catch (RuntimeException e) {
      log.error("Whether the server is well cannot be told", e);
    }
  }

  /** Says that the service ends. */
  public void stopping(String text) {
    tell("STOPPING=1\nSTATUS=" + oneLine(text));
  }

  private void tell(String message) {
    socket.ifPresent(it -> {
      try {
        it.send(message);
      } catch (IOException e) {
        log.warn("The service manager cannot be told message=\"{}\"", oneLine(message), e);
      }
    });
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  /** Tells its watchdog nothing more. */
  @Override
  public synchronized void close() {
    if (heart != null) {
      heart.shutdownNow();
    }
  }
}
