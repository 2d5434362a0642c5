package dozo.repository.ingest;

import dozo.format.NoSpaceException;
import dozo.format.key.KeyRing;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.seal.SegmentRecord;
import dozo.repository.pack.NewPack;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.Room;
import dozo.repository.storage.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes packs of one kind, from the segments of all sessions in the order in
 * which they come. It encrypts them too, since only here a segment's place in the pack is known.
 *
 * <p>A pack is closed when it has its size, or when a commit waits for it. What comes while a pack
 * is being published goes into the next one together, so sessions that commit at the same time
 * share a pack. A pack that cannot be written is given up with all that is in it; after anything
 * but a full disk, the writer is broken for good.
 */
final class PackWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PackWriter.class);

  private static final int BUFFER_BYTES = 1 << 20;

  private final ContentKind kind;
  private final RepositoryParameters parameters;
  private final PackStorage storage;
  private final Room room;
  private final Supplier<KeyRing> keys;
  private final Supplier<UUID> packIds;
  private final PackSink sink;

  /** Bounded by the memory budget, from which every record in it has taken its length. */
  private final LinkedBlockingQueue<Command> queue = new LinkedBlockingQueue<>();

  private final ByteBuffer buffer = WritableFile.newBuffer(BUFFER_BYTES);
  private final Thread thread;
  private @Nullable OpenPack open;
  private volatile @Nullable IOException failure;

  private sealed interface Command permits Append, Close, Stop {}

  private record Append(InFlightSegment segment, SegmentRecord record) implements Command {}

  private record Close(InFlightPack pack) implements Command {}

  private record Stop() implements Command {}

  private record OpenPack(InFlightPack pack, NewPack file) {}

  /** Starts the thread. */
  PackWriter(
      ContentKind kind,
      RepositoryParameters parameters,
      PackStorage storage,
      Room room,
      Supplier<KeyRing> keys,
      Supplier<UUID> packIds,
      PackSink sink) {
    this.kind = kind;
    this.parameters = parameters;
    this.storage = storage;
    this.room = room;
    this.keys = keys;
    this.packIds = packIds;
    this.sink = sink;
    this.thread = Thread.ofPlatform().name("dozo-pack-writer-" + kind).daemon().start(this::work);
  }

  /** Takes a compressed segment, and its record until the sink gets it back. */
  void append(InFlightSegment segment, SegmentRecord record) {
    queue.add(new Append(segment, record));
  }

  /** Closes a pack, unless it is closed, with what was appended before. */
  void closeSoon(InFlightPack pack) {
    queue.add(new Close(pack));
  }

  /** Why nothing can be written any more, if that is so. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  private void work() {
    boolean stopping = false;
    while (!stopping) {
      try {
        Command command = queue.take();
        stopping = command instanceof Stop;
        switch (command) {
          case Append append -> append(append);
          case Close close -> {
            if (open != null && open.pack == close.pack) {
              publish(open);
            }
          }
          case Stop stop -> {
            if (open != null) {
              publish(open);
            }
          }
        }
      } catch (IOException e) {
        giveUp(e);
      } catch (InterruptedException e) {
        log.warn("A pack writer was interrupted, which nothing here does");
      } catch (RuntimeException | Error e) {
        giveUp(new IOException("The pack writer failed", e));
      }
    }
  }

  private void append(Append command) throws IOException {
    SegmentRecord record = command.record;
    try {
      if (failure != null) {
        sink.failed(command.segment, failure);
        return;
      }
      OpenPack into = packFor(command);
      into.pack.segments().add(command.segment);
      into.file.add(record);
      command.segment.owner().stored(record.length());
      command.segment.written(into.pack);
      if (into.file.isFull()) {
        publish(into);
      }
    } finally {
      sink.recycle(record);
    }
  }

  /** Returns a pack with room for the segment; if there is none, the segment fails. */
  private OpenPack packFor(Append command) throws IOException {
    try {
      if (open != null && !open.file.hasRoomFor(command.record)) {
        publish(open);
      }
      if (open == null) {
        open = begin();
      }
      return open;
    } catch (IOException e) {
      breakIfLasting(e);
      sink.failed(command.segment, e);
      throw e;
    }
  }

  private OpenPack begin() throws IOException {
    room.requireForPack();
    NewPack file = NewPack.begin(storage, parameters, keys.get(), packIds.get(), kind, buffer);
    return new OpenPack(new InFlightPack(file.id(), this), file);
  }

  private void publish(OpenPack closing) throws IOException {
    PackBuilder contents = closing.file.publish();
    closing.file.close();
    open = null;
    try {
      sink.published(closing.pack, contents);
    } catch (RuntimeException | Error e) {
      closing.pack.fail(e);
      throw e;
    }
    closing.pack.published();
  }

  /** Gives up the open pack and everything in it. */
  private void giveUp(IOException cause) {
    log.error("A pack cannot be written kind={}", kind, cause);
    breakIfLasting(cause);
    OpenPack lost = open;
    open = null;
    if (lost != null) {
      lost.file.close();
      lost.pack.fail(cause);
      lost.pack.segments().forEach(segment -> sink.failed(segment, cause));
    }
  }

  /** Comes before anyone hears of the failure, so that nobody begins anew in between. */
  private void breakIfLasting(IOException cause) {
    if (!(cause instanceof NoSpaceException)) {
      failure = cause;
    }
  }

  /** Publishes what has been appended, and stops the thread. */
  @Override
  public void close() {
    queue.add(new Stop());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
