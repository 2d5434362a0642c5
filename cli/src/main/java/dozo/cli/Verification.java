package dozo.cli;

import dozo.cli.console.Progress;
import dozo.cli.read.DiskWindows;
import dozo.format.CorruptDataException;
import dozo.format.ErrorCode;
import dozo.format.MissingChunkException;
import dozo.format.RemoteException;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads restore points of a server whole.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
final class Verification {

  private final Access access;
  private final Progress progress;
  private final VerifiedChunks verified = new VerifiedChunks();
  private final List<VerifyFindings.Damage> damages = new ArrayList<>();

  /** Those of the disk that is being read, in any order. */
  private final List<VerifyFindings.Damage> found = new ArrayList<>();

  private long readBytes;
  private long totalBytes;
  private long doneBytes;
  private volatile boolean cancelled;
  private volatile @Nullable DiskWindows windows;

  Verification(Access access, Progress progress) {
    this.access = access;
    this.progress = progress;
  }

  void cancel() {
    cancelled = true;
    DiskWindows current = windows;
    if (current != null) {
      current.cancel();
    }
    access.giveUp();
  }

  /** Reads restore points; what was found until it was cancelled is found. */
  VerifyFindings run(List<RestorePoint> points) throws IOException {
    int read = 0;
    try {
      count(points);
      for (RestorePoint point : points) {
        read(point);
        read++;
      }
    } catch (CancellationException e) {
      // What was read so far is told.
    } catch (IOException e) {
      if (!cancelled) {
        throw e;
      }
    }
    return new VerifyFindings(
        read,
        readBytes,
        0,
        0,
        List.copyOf(damages),
        0,
        List.of(),
        cancelled && read < points.size());
  }

  private void count(List<RestorePoint> points) {
    for (RestorePoint point : points) {
      for (DiskEntry disk : point.disks()) {
        totalBytes += disk.map().dataBytes();
      }
      for (FileEntry file : point.files()) {
        totalBytes += file.map().dataBytes();
      }
    }
  }

  private void read(RestorePoint point) throws IOException {
    for (DiskEntry disk : point.disks()) {
      read(point, disk.name(), () -> access.openDisk(point.id(), disk.name()));
    }
    for (FileEntry file : point.files()) {
      read(point, file.name(), () -> access.openFile(point.id(), file.name()));
    }
  }

  /** Opens what is to be read. */
  private interface Opening {
    ChunkSource open() throws IOException;
  }

  private void read(RestorePoint point, String name, Opening opening) throws IOException {
    try (ChunkSource source = opening.open()) {
      DiskWindows all = new DiskWindows(source, 0, this::isNew);
      windows = all;
      if (cancelled) {
        all.cancel();
      }
      all.run(
          chunks -> read(point, name, source, chunks),
          (position, bytes) -> {
            readBytes += bytes;
            doneBytes += bytes;
            show();
          });
    } catch (CancellationException e) {
      throw e;
    } catch (IOException e) {
      note(point, name, 0, 0, e);
    } finally {
      takeFound();
    }
  }

  /** Joins what was found of a disk to ranges. */
  private void takeFound() {
    synchronized (found) {
      found.sort(Comparator.comparingLong(VerifyFindings.Damage::offset));
      int first = damages.size();
      for (VerifyFindings.Damage damage : found) {
        if (damages.size() > first && damages.getLast().isFollowedBy(damage)) {
          damages.add(damages.removeLast().with(damage));
        } else {
          damages.add(damage);
        }
      }
      found.clear();
    }
  }

  /** Whether a chunk has to be read; called by the thread that runs. */
  private boolean isNew(Extent chunk) {
    synchronized (verified) {
      if (!verified.contains(chunk.id())) {
        return true;
      }
    }
    doneBytes += chunk.lengthBytes();
    return false;
  }

  private void read(RestorePoint point, String name, ChunkSource source, List<Extent> chunks)
      throws IOException {
    try {
      source.fetch(chunks, (index, plain) -> {});
      synchronized (verified) {
        chunks.forEach(chunk -> verified.add(chunk.id()));
      }
    } catch (IOException e) {
      if (chunks.size() == 1) {
        Extent chunk = chunks.getFirst();
        note(point, name, chunk.offset(), chunk.lengthBytes(), e);
        return;
      }
      requireDamage(e);
      // One of them cannot be read; each by itself tells which.
      for (Extent chunk : chunks) {
        read(point, name, source, List.of(chunk));
      }
    }
  }

  /** Notes damage, and passes on what is none: a lost server says nothing about the data. */
  private void note(RestorePoint point, String name, long offset, long lengthBytes, IOException e)
      throws IOException {
    requireDamage(e);
    VerifyFindings.Damage damage =
        new VerifyFindings.Damage(
            point.id(),
            point.vm().name(),
            name,
            offset,
            lengthBytes,
            String.valueOf(e.getMessage()));
    synchronized (found) {
      found.add(damage);
    }
  }

  private static void requireDamage(IOException e) throws IOException {
    boolean damage =
        switch (e) {
          case CorruptDataException _, MissingChunkException _ -> true;
          case RemoteException remote ->
              remote.code() == ErrorCode.CORRUPT || remote.code() == ErrorCode.MISSING_CHUNK;
          default -> false;
        };
    if (!damage) {
      throw e;
    }
  }

  private void show() {
    int places;
    synchronized (found) {
      places = damages.size() + found.size();
    }
    progress.show(
        new Progress.Step(
            doneBytes,
            totalBytes,
            places == 0 ? "" : places + " damaged",
            json -> json.put("damages", places)));
  }
}
