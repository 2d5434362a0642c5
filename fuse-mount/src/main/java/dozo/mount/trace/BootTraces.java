package dozo.mount.trace;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The boot traces of the disks that one process reads: those that are recorded, and those of
 * earlier mounts.
 *
 * <p>Safe for use by many threads.
 */
public final class BootTraces implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BootTraces.class);

  private final BootTraceStore store;
  private final LongSupplier nanoClock;
  private final Map<TracedDisk, TraceRecorder> recorders = new ConcurrentHashMap<>();

  /** Uses a directory of traces. */
  public BootTraces(BootTraceStore store) {
    this(store, System::nanoTime);
  }

  BootTraces(BootTraceStore store, LongSupplier nanoClock) {
    this.store = store;
    this.nanoClock = nanoClock;
  }

  /** The recorder of a disk: one, however often the disk is opened and closed. */
  public TraceRecorder recorder(TracedDisk disk) {
    return recorders.computeIfAbsent(disk, _ -> new TraceRecorder(nanoClock));
  }

  /** What an earlier mount recorded. */
  public Optional<BootTrace> find(TracedDisk disk) {
    return store.find(disk);
  }

  /** Ends the recording of a disk, and keeps the trace if it is one of a boot. */
  public void save(TracedDisk disk) {
    TraceRecorder recorder = recorders.get(disk);
    if (recorder == null) {
      return;
    }
    Optional<BootTrace> trace = recorder.take();
    if (trace.isEmpty()) {
      return;
    }
    try {
      store.save(disk, trace.get());
      log.info(
          "boot trace kept vm={} disk={} ranges={} bytes={}",
          disk.vm(),
          disk.disk(),
          trace.get().ranges().size(),
          trace.get().bytes());
    } catch (IOException e) {
      log.warn("a boot trace cannot be kept vm={} disk={}", disk.vm(), disk.disk(), e);
    }
  }

  /** Ends all recordings. */
  @Override
  public void close() {
    recorders.keySet().forEach(this::save);
  }
}
