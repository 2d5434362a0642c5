package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.PackedSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Protocol;
import dozo.protocol.Secret;
import dozo.protocol.message.ReadingMessage;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.Comparison;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import dozo.repository.read.DiskChanges;
import dozo.server.auth.Principal;
import dozo.server.metrics.ServerMetrics.ReadKind;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
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
  private final ClientAudit audit;
  private final EventLoop loop;
  private final Replies replies;
  private final IntSupplier newChannel;
  private final Map<Integer, OpenDisk> disks = new HashMap<>();
  private boolean closed;

  DiskChannels(
      ServiceParts parts,
      Principal principal,
      ClientAudit audit,
      EventLoop loop,
      Replies replies,
      IntSupplier newChannel) {
    this.parts = parts;
    this.principal = principal;
    this.audit = audit;
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
    RestorePoint point = visible(question.restorePoint());
    PackedSource source =
        disk != null
            ? parts.repository().openDisk(point.id(), disk)
            : parts.repository().openFile(point.id(), file == null ? "" : file);
    audit.opened(point, disk != null ? disk : String.valueOf(file));
    return source;
  }

  private RestorePoint visible(RestorePointId id) throws IOException {
    return parts
        .visible()
        .find(principal, id)
        .orElseThrow(() ->
            new NotFoundException(
                Fault.of("There is no such restore point").in("restore point " + id)));
  }

  /** The job that tells how a disk compares with another. */
  Job compare(int request, CompareDisk question) {
    return new Request(
        replies,
        request,
        () -> {
          RestorePoint point = visible(question.restorePoint());
          Secret idKey =
              Secret.of(HexFormat.of().formatHex(parts.repository().chunkIdKey(point.domain())));
          RestorePointId base = question.base();
          if (base == null) {
            replies.send(request, new Comparison(idKey, List.of(), null));
            return;
          }
          DiskChanges changes =
              parts
                  .repository()
                  .changes(
                      visible(base).id(),
                      point.id(),
                      question.disk(),
                      question.offset(),
                      Protocol.MAXIMUM_RANGES);
          replies.send(
              request,
              new Comparison(
                  idKey,
                  changes.ranges(),
                  changes.next().isPresent() ? changes.next().getAsLong() : null));
        });
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
