package dozo.client.nbd;

import dozo.client.source.ChangeList;
import dozo.client.source.FrozenDisk;
import dozo.client.source.Run;
import dozo.client.source.SourceUnreadableException;
import dozo.client.source.TrackedChanges;
import dozo.format.Fault;
import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A disk as it was at a checkpoint, read from qemu over NBD. Safe for use by several threads. */
public final class NbdDisk implements FrozenDisk, AutoCloseable {

  private static final String ALLOCATION = "base:allocation";
  private static final String DIRTY = "qemu:dirty-bitmap:";

  /** How many reads of one disk qemu has under way. */
  public static final int CONNECTIONS = 4;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MAXIMUM_RANGES = 10_000_000;

  private final String name;
  private final DiskGeometry geometry;
  private final NbdClient client;
  private final String lostCure;
  private volatile @Nullable TrackedChanges changes;
  private volatile @Nullable String whole;

  /** What qemu told last, for it is asked again about each block of it. */
  private List<Run> known = List.of();

  private NbdDisk(String name, DiskGeometry geometry, NbdClient client, String lostCure) {
    this.name = name;
    this.geometry = geometry;
    this.client = client;
    this.lostCure = lostCure;
  }

  /**
   * Opens an export.
   *
   * @param lostCure what to do if qemu gives the checkpoint up in the middle
   */
  public static NbdDisk open(
      String name, DiskGeometry geometry, Path socket, String export, String lostCure)
      throws IOException {
    NbdClient client =
        NbdClient.open(socket, export, Optional.of(ALLOCATION), CONNECTIONS, PATIENCE);
    if (client.sizeBytes() != geometry.sizeBytes()) {
      client.close();
      throw new IOException(
          "Qemu exports "
              + client.sizeBytes()
              + " bytes of a disk of "
              + geometry.sizeBytes()
              + " bytes");
    }
    return new NbdDisk(name, geometry, client, lostCure);
  }

  /**
   * Reads a dirty bitmap that is exported beside a disk.
   *
   * @param bitmap its name
   */
  public static ChangeList dirty(Path socket, String export, String bitmap) throws IOException {
    String context = DIRTY + bitmap;
    List<ChangeList.Range> ranges = new ArrayList<>();
    try (NbdClient reader = NbdClient.open(socket, export, Optional.of(context), 1, PATIENCE)) {
      if (!reader.hasContext()) {
        throw new IOException("Qemu exports the disk without the bitmap " + context);
      }
      for (long at = 0; at < reader.sizeBytes(); ) {
        for (NbdExtent extent : reader.status(at)) {
          if (extent.has(NbdExtent.DIRTY)) {
            ranges.add(new ChangeList.Range(extent.offset(), extent.lengthBytes()));
          }
          at = extent.end();
        }
        if (ranges.size() > MAXIMUM_RANGES) {
          throw new IOException("The bitmap has more than " + MAXIMUM_RANGES + " ranges");
        }
      }
    }
    return new ChangeList(ranges);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return geometry.sizeBytes();
  }

  @Override
  public DiskGeometry geometry() {
    return geometry;
  }

  @Override
  public Optional<UUID> identity() {
    return Optional.empty();
  }

  @Override
  public Optional<TrackedChanges> changes() {
    return Optional.ofNullable(changes);
  }

  /** Says what has changed on it since a restore point. */
  public void tellChanges(TrackedChanges known) {
    changes = known;
  }

  @Override
  public Optional<String> wholeBecause() {
    return Optional.ofNullable(whole);
  }

  /** Says why all of it has to be read. */
  public void tellWhole(String reason) {
    whole = reason;
  }

  @Override
  public synchronized Run runAt(long offset) throws IOException {
    if (!client.hasContext()) {
      return new Run(offset, sizeBytes() - offset, Run.Kind.DATA);
    }
    Optional<Run> run = known(offset);
    if (run.isEmpty()) {
      known = look(offset);
      run = known(offset);
    }
    return run.orElseThrow();
  }

  /** What is known from an offset on; found by halving, for there may be many runs. */
  private Optional<Run> known(long offset) {
    int low = 0;
    int high = known.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Run run = known.get(middle);
      long end = run.offset() + run.lengthBytes();
      if (offset < run.offset()) {
        high = middle - 1;
      } else if (offset >= end) {
        low = middle + 1;
      } else {
        return Optional.of(new Run(offset, end - offset, run.kind()));
      }
    }
    return Optional.empty();
  }

  private List<Run> look(long offset) throws IOException {
    List<Run> runs = new ArrayList<>();
    try {
      for (NbdExtent extent : client.status(offset)) {
        // A hole that does not say that it reads as zeros may read as anything.
        Run.Kind kind = extent.has(NbdExtent.ZERO) ? Run.Kind.ZERO : Run.Kind.DATA;
        Run last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last.kind() == kind) {
          runs.set(
              runs.size() - 1,
              new Run(last.offset(), last.lengthBytes() + extent.lengthBytes(), kind));
        } else {
          runs.add(new Run(extent.offset(), extent.lengthBytes(), kind));
        }
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(offset, e);
    }
    return runs;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    try {
      client.read(offset, target);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(offset, e);
    }
  }

  private SourceUnreadableException unreadable(long offset, IOException e) {
    if (e instanceof NbdException refused && refused.error() == NbdException.NO_ANSWER) {
      return new SourceUnreadableException(
          Fault.of(String.valueOf(e.getMessage()))
              .in("disk " + name)
              .at(offset)
              .cure("back up again; if it stays so, report it with the version of qemu"),
          e);
    }
    return new SourceUnreadableException(
        Fault.of("Qemu gave the checkpoint up (" + e.getMessage() + ")")
            .in("disk " + name)
            .at(offset)
            .cure(lostCure),
        e);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
