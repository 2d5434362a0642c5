package dozo.repository.sweep;

import dozo.format.DozoException;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.storage.PackStorage.RetiredPack;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of what no restore point needs, and brings packs back from the trash.
 *
 * <p>Safe for use by several threads; one sweep runs at a time, beside everything else.
 */
public final class Sweeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final SweepParts parts;
  private @Nullable StopSignal running;
  private @Nullable IOException failure;
  private boolean closed;

  /** Sweeps with these. */
  public Sweeper(SweepParts parts) {
    this.parts = parts;
  }

  /**
   * Sweeps. Running it again after it was stopped, failed or was cut off by a crash goes on.
   *
   * @throws dozo.format.CorruptDataException if a manifest or map node cannot be read: what it
   *     needs is unknown, so nothing is given back
   * @throws IOException if the file system fails; then there is no other sweep until the repository
   *     is opened again
   * @throws IllegalStateException if a sweep is running, or the repository is being closed
   */
  public SweepReport sweep(SweepRequest request, SweepListener listener) throws IOException {
    return sweep(request, listener, new StopSignal());
  }

  /**
   * Sweeps.
   *
   * @param stop ends it soon; running it again goes on
   * @see #sweep(SweepRequest, SweepListener)
   */
  public SweepReport sweep(SweepRequest request, SweepListener listener, StopSignal stop)
      throws IOException {
    begin(stop);
    try {
      return new SweepRun(parts, request, listener, stop).run();
    } catch (IOException e) {
      breakIfLasting(e);
      throw e;
    } finally {
      end();
    }
  }

  /**
   * What a disk did with a name that it could not sync is unknown. A second try would find a purged
   * manifest gone and go on, although a power cut may still bring it back, without its chunks.
   */
  private synchronized void breakIfLasting(IOException cause) {
    if (!(cause instanceof DozoException)) {
      failure = cause;
    }
  }

  /** Asks the running sweep to stop soon; its report tells what it has done by then. */
  public synchronized void stop() {
    if (running != null) {
      running.stop();
    }
  }

  /** Whether a sweep is running. */
  public synchronized boolean isRunning() {
    return running != null;
  }

  /** The packs in the trash, what was retired last coming first. */
  public List<RetiredPack> retired() throws IOException {
    return parts.storage().retired().stream()
        .sorted(Comparator.comparing(RetiredPack::at).reversed().thenComparing(RetiredPack::id))
        .toList();
  }

  /**
   * Brings a pack back from the trash. Nothing ever needs this unless something else went wrong:
   * what a sweep retires, no restore point refers to, but for what could not be read of a damaged
   * pack.
   *
   * @throws IllegalStateException if a sweep is running, or the repository is being closed
   */
  public void restore(RetiredPack pack) throws IOException {
    begin(new StopSignal());
    try {
      Optional<PackEntry> there = parts.packs().find(pack.id());
      if (there.isPresent()) {
        throw new IllegalStateException("Pack " + pack.id() + " is in use");
      }
      parts.storage().restore(pack);
      PackLibrary.Listing listing = parts.library().list(pack.id());
      PackEntry entry =
          parts
              .packs()
              .add(
                  pack.id(),
                  listing.kind(),
                  listing.epoch(),
                  pack.sizeBytes(),
                  listing.directory().chunkCount());
      parts.damageStore().load(parts.packs(), parts.damaged());
      parts.index().add(List.of(new ChunkIndex.Contents(entry, listing.directory())));
      for (int chunk = 0; chunk < listing.directory().chunkCount(); chunk++) {
        parts.known().add(listing.directory().id(chunk));
      }
      log.info("Brought back pack={} bytes={}", pack.id(), pack.sizeBytes());
    } finally {
      end();
    }
  }

  private synchronized void begin(StopSignal stop) throws IOException {
    if (closed || running != null) {
      throw new IllegalStateException(
          closed ? "The repository is being closed" : "A sweep is running");
    }
    if (failure != null) {
      throw new IOException(
          "Nothing is given back since the file system failed; the repository has to be opened"
              + " again",
          failure);
    }
    running = stop;
  }

  private synchronized void end() {
    running = null;
    notifyAll();
  }

  /** Stops the running sweep, waits for its end, and lets none begin. */
  @Override
  public synchronized void close() {
    closed = true;
    stop();
    boolean interrupted = false;
    while (running != null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
