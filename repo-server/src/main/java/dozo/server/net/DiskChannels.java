package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.PackedSource;
import dozo.format.manifest.RestorePoint;
import dozo.protocol.message.ReadingMessage;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import dozo.server.auth.Principal;
import dozo.server.metrics.ServerMetrics.ReadKind;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The disks that are open on one connection, by their handles.
 *
 * <p>For the connection's event loop.
 */
final class DiskChannels {

  private static final int MAXIMUM_OPEN = 256;

  private final ServiceParts parts;
  private final Principal principal;
  private final EventLoop loop;
  private final Replies replies;
  private final IntSupplier newChannel;
  private final Map<Integer, OpenDisk> disks = new HashMap<>();
  private boolean closed;

  DiskChannels(
      ServiceParts parts,
      Principal principal,
      EventLoop loop,
      Replies replies,
      IntSupplier newChannel) {
    this.parts = parts;
    this.principal = principal;
    this.loop = loop;
    this.replies = replies;
    this.newChannel = newChannel;
  }

  /** The job that opens a disk. */
  Job open(int request, ReadingMessage.OpenDisk question) {
    return new Request(
        replies,
        request,
        () -> {
          PackedSource source = open(question);
          boolean packed = Boolean.TRUE.equals(question.packed());
          loop.execute(() -> opened(request, source, packed));
        });
  }

  private PackedSource open(ReadingMessage.OpenDisk question) throws IOException {
    @Nullable String disk = question.disk();
    @Nullable String file = question.file();
    if ((disk == null) == (file == null)) {
      throw new IllegalArgumentException("One of disk and file is named");
    }
    RestorePoint point =
        parts
            .visible()
            .find(principal, question.restorePoint())
            .orElseThrow(() ->
                new NotFoundException(
                    Fault.of("There is no such restore point")
                        .in("restore point " + question.restorePoint())));
    return disk != null
        ? parts.repository().openDisk(point.id(), disk)
        : parts.repository().openFile(point.id(), file == null ? "" : file);
  }

  private void opened(int request, PackedSource source, boolean packed) {
    if (closed) {
      source.close();
      return;
    }
    if (disks.size() >= MAXIMUM_OPEN) {
      source.close();
      replies.fail(
          request,
          Failures.failure(
              ErrorCode.BUSY, "A connection has at most " + MAXIMUM_OPEN + " disks open"));
      return;
    }
    int handle = newChannel.getAsInt();
    disks.put(handle, new OpenDisk(source, packed));
    replies.send(request, new Disk(handle, source.sizeBytes(), source.dataBytes()));
  }

  /** Takes a message on an open disk. Reads go to the queue. */
  void receive(int handle, ReadingMessage message, JobQueue jobs) {
    OpenDisk disk = disks.get(handle);
    if (disk == null) {
      if (!(message instanceof CloseDisk)) {
        replies.fail(handle, Failures.failure(ErrorCode.NOT_FOUND, "No disk is open here"));
      }
      return;
    }
    switch (message) {
      case CloseDisk _ -> {
        disks.remove(handle);
        disk.release();
      }
      case ReadChunks read ->
          jobs.submit(new ReadChunksJob(disk, parts.metrics(), replies, handle, read));
      case ReadExtents read -> jobs.submit(extents(disk, handle, read));
      case ReadPresence read -> jobs.submit(presence(disk, handle, read));
      default ->
          replies.fail(
              handle,
              Failures.failure(ErrorCode.PROTOCOL, message.type() + " has no meaning here"));
    }
  }

  private ReadJob extents(OpenDisk disk, int handle, ReadExtents read) {
    return new ReadJob(disk, parts.metrics(), ReadKind.EXTENTS, replies, handle, read.request()) {
      @Override
      boolean read(ChunkSource source) throws IOException {
        if (read.offset() >= source.sizeBytes()) {
          throw new IllegalArgumentException(
              "Offset " + read.offset() + " is not on a disk of " + source.sizeBytes() + " bytes");
        }
        replies()
            .write(handle(), new Extents(request(), source.extents(read.offset(), read.maximum())));
        return false;
      }
    };
  }

  private ReadJob presence(OpenDisk disk, int handle, ReadPresence read) {
    return new ReadJob(disk, parts.metrics(), ReadKind.PRESENCE, replies, handle, read.request()) {
      @Override
      boolean read(ChunkSource source) throws IOException {
        replies()
            .write(
                handle(),
                new Presence(
                    request(),
                    read.firstBlock(),
                    read.count(),
                    source.presence(read.blockBytes(), read.firstBlock(), read.count())));
        return false;
      }
    };
  }

  /** The connection is gone. */
  void close() {
    closed = true;
    disks.values().forEach(OpenDisk::release);
    disks.clear();
  }
}
