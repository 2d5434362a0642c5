package dozo.server.metrics;

import dozo.format.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The server's meters.
 *
 * <p>Safe for use by several threads.
 */
public final class ServerMetrics implements AutoCloseable {

  /** How a session came to its end. */
  public enum SessionOutcome {
    COMMITTED,
    ABORTED,
    FAILED,
    EXPIRED
  }

  /** What a client read. */
  public enum ReadKind {
    EXTENTS,
    CHUNKS,
    PRESENCE
  }

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final Counter received = counter("dozo.received", "Bytes of disk received, no zeros");
  private final Counter zeros = counter("dozo.received.zero", "Bytes announced as zeros");
  private final Counter served = counter("dozo.served", "Bytes of chunks sent to readers");
  private final Counter begun =
      Counter.builder("dozo.sessions.begun").description("Sessions begun").register(registry);
  private final Counter refused =
      Counter.builder("dozo.authentication.failures")
          .description("Connections and requests without a good token")
          .register(registry);
  private final Counter audited =
      Counter.builder("dozo.audit.entries")
          .description("Entries written to the audit log")
          .register(registry);
  private final Counter auditLost =
      Counter.builder("dozo.audit.lost")
          .description("Entries that could not be written to the audit log")
          .register(registry);
  private final Timer commits =
      Timer.builder("dozo.commit")
          .description("From COMMIT to the receipt")
          .publishPercentileHistogram(false)
          .register(registry);
  private final Map<SessionOutcome, Counter> ended = new EnumMap<>(SessionOutcome.class);
  private final Map<ErrorCode, Counter> errors = new EnumMap<>(ErrorCode.class);
  private final Map<ReadKind, Timer> reads = new EnumMap<>(ReadKind.class);

  /** Makes the meters. */
  public ServerMetrics() {
    for (SessionOutcome outcome : SessionOutcome.values()) {
      ended.put(
          outcome,
          Counter.builder("dozo.sessions.ended")
              .description("Sessions ended")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (ErrorCode code : ErrorCode.values()) {
      errors.put(
          code,
          Counter.builder("dozo.errors")
              .description("Errors told to clients")
              .tag("code", code.word())
              .register(registry));
    }
    for (ReadKind kind : ReadKind.values()) {
      reads.put(
          kind,
          Timer.builder("dozo.read")
              .description("Reads answered, a step of many chunks counting as one")
              .tag("kind", kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).baseUnit("bytes").description(description).register(registry);
  }

  /** Shows a value that is asked for when Prometheus comes. */
  public void gauge(String name, String description, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble).description(description).register(registry);
  }

  /** Bytes of disk have come. */
  public void received(int bytes) {
    received.increment(bytes);
  }

  /** A range of zeros was announced. */
  public void zeros(long bytes) {
    zeros.increment((double) bytes);
  }

  /** A chunk was sent. */
  public void served(int bytes) {
    served.increment(bytes);
  }

  /** A session was begun. */
  public void sessionBegun() {
    begun.increment();
  }

  /** A session came to its end. */
  public void sessionEnded(SessionOutcome outcome) {
    counterOf(ended, outcome).increment();
  }

  /** A restore point was committed. */
  public void committed(Duration took) {
    commits.record(took);
  }

  /** A client was told of an error. */
  public void error(ErrorCode code) {
    counterOf(errors, code).increment();
  }

  /** Somebody came without a good token. */
  public void authenticationFailed() {
    refused.increment();
  }

  /** Entries were written to the audit log. */
  public void auditWritten(int entries) {
    audited.increment(entries);
  }

  /** An entry could not be written to the audit log. */
  public void auditLost() {
    auditLost.increment();
  }

  /** A read was answered. */
  public void read(ReadKind kind, Duration took) {
    counterOf(reads, kind).record(took);
  }

  private static <K extends Enum<K>, M> M counterOf(Map<K, M> meters, K key) {
    M meter = meters.get(key);
    if (meter == null) {
      throw new AssertionError("Every " + key + " has a meter");
    }
    return meter;
  }

  /** For tests and further meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Everything, in the text format of Prometheus. */
  public String scrape() {
    return registry.scrape();
  }

  /** Stops watching the JVM. */
  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
