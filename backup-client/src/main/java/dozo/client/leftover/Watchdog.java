package dozo.client.leftover;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Stands by while a checkpoint is there, and outlives the process that made it: when that dies the
 * watchdog sweeps its journal, and when it hangs for too long in the middle of a freeze the
 * watchdog ends it first.
 */
public interface Watchdog {

  /** Begins to watch over what a journal names; returns when it is ready to act. */
  Watch begin(Path journal) throws IOException;

  /** One checkpoint that is watched over. */
  interface Watch extends AutoCloseable {

    /** Gives this process until then: unless {@link #disarm} comes before, it is ended. */
    void arm(Duration limit) throws IOException;

    /** The guest goes on. */
    void disarm() throws IOException;

    /** The checkpoint has ended and its journal is gone, or is left to whoever sweeps next. */
    @Override
    void close() throws IOException;
  }
}
