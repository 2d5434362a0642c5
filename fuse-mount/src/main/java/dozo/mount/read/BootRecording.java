package dozo.mount.read;

import dozo.mount.trace.BootTraces;
import dozo.mount.trace.TraceRecorder;
import dozo.mount.trace.TracedDisk;

/**
 * The recording of a disk's first reads, from the reader's side.
 *
 * <p>Safe for use by many threads.
 */
final class BootRecording {
  private final BootTraces traces;
  private final TracedDisk disk;
  private final TraceRecorder recorder;
  private final ReadCache cache;

  BootRecording(BootTraces traces, TracedDisk disk, ReadCache cache) {
    this.traces = traces;
    this.disk = disk;
    this.recorder = traces.recorder(disk);
    this.cache = cache;
  }

  void note(long offset, int length) {
    if (recorder.note(offset, length)) {
      // Writing a file is nothing that a guest should wait for.
      cache.runLater(() -> traces.save(disk));
    }
  }
}
