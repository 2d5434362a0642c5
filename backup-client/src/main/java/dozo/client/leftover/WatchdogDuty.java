package dozo.client.leftover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.client.socket.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a watchdog does, in a process of its own: it waits for the end of its input, which comes
 * when the process that gives the orders has ended however that was, and then sweeps the journal if
 * it is still there. Armed and not disarmed in time, it ends that process, which hangs with a
 * frozen guest.
 */
public final class WatchdogDuty {

  /** What it says when it is ready to act. */
  public static final String READY = "ready";

  private static final Logger LOG = LoggerFactory.getLogger(WatchdogDuty.class);
  private static final String END = "end";

  /** How often it tries: a hypervisor lets a dead client's socket go only when it gets to it. */
  private static final int TRIES = 10;

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

  /**
   * How long the journal may stay locked: the end of a process closes its files one after the
   * other, and its orders may end before its lock.
   */
  private static final Duration LOCKED = Duration.ofMinutes(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Journals journals;
  private final Path journal;
  private final @Nullable ProcessHandle watched;

  /**
   * Takes up the duty.
   *
   * @param watched the process to be ended if it hangs
   */
  public WatchdogDuty(Journals journals, Path journal, Optional<ProcessHandle> watched) {
    this.journals = journals;
    this.journal = journal;
    this.watched = watched.orElse(null);
  }

  /**
   * Watches until the other process has ended.
   *
   * @return what was swept; empty if there was nothing left to do
   * @throws IOException if what is left could not be removed; it is for the next sweep
   */
  public Optional<Swept> run(InputStream orders, PrintStream out)
      throws IOException, InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> listen(orders, heard));
    out.println(READY);
    out.flush();
    @Nullable Deadline deadline = null;
    while (true) {
      @Nullable String order =
          deadline == null
              ? heard.take()
              : heard.poll(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      if (order == null) {
        LOG.error("ending a backup that keeps a guest frozen journal={}", journal);
        if (watched != null) {
          watched.destroyForcibly();
        }
        deadline = null; // Its end is the end of the input.
      } else if (order.equals(END)) {
        return sweep();
      } else {
        deadline = order.startsWith("arm ") ? Deadline.in(limit(order)) : null;
      }
    }
  }

  private static Duration limit(String order) {
    return Duration.ofMillis(Long.parseLong(order.substring("arm ".length())));
  }

  private static void listen(InputStream orders, BlockingQueue<String> heard) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(orders, US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.add(line);
      }
    } catch (IOException e) {
      LOG.debug("the orders broke off", e);
    }
    heard.add(END);
  }

  private Optional<Swept> sweep() throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Optional<Journal> taken = take();
      if (taken.isEmpty()) {
        return Optional.empty();
      }
      try (Journal left = taken.get()) {
        return Optional.of(journals.sweep(left));
      } catch (IOException e) {
        LOG.warn("cannot sweep journal={} attempt={}", journal, attempt, e);
        if (attempt == TRIES) {
          throw e;
        }
      }
      Thread.sleep(BETWEEN_TRIES);
    }
  }

  private Optional<Journal> take() throws IOException, InterruptedException {
    Deadline patience = Deadline.in(LOCKED);
    while (true) {
      Optional<Journal> taken = Journal.take(journal);
      if (taken.isPresent() || !Files.exists(journal) || patience.hasPassed()) {
        return taken;
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }
}
