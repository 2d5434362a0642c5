package dozo.cli;

import dozo.client.source.ChangeList;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.Run;
import dozo.client.source.TrackedChanges;
import dozo.client.source.VmSource;
import dozo.format.disk.DiskReader;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RestorePointId;
import dozo.mount.overlay.DiskOverlay;
import dozo.mount.overlay.OverlayByteSource;
import dozo.mount.overlay.VhdxChanges;
import dozo.mount.overlay.WrittenRange;
import dozo.mount.read.ReadCache;
import dozo.mount.tree.OverlaidDisk;
import dozo.mount.tree.OverlaidPoint;
import dozo.mount.tree.RestorePoints;
import dozo.vhdx.Extent;
import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An overlaid restore point as something to back up: against the restore point beneath, so that
 * only what was written is read. Where a guest wrote through a VHDX, that file says where its disk
 * is.
 */
final class OverlaySource implements VmSource, Checkpoint {
  private final List<FrozenDisk> disks = new ArrayList<>();
  private final List<FrozenContent> files = new ArrayList<>();
  private final List<DiskReader> readers = new ArrayList<>();

  private OverlaySource() {}

  /** Looks at what was written. The overlay stays the caller's, and nobody may write to it. */
  static OverlaySource of(OverlaidPoint overlaid, RestorePoints points, ReadCache cache)
      throws IOException {
    OverlaySource source = new OverlaySource();
    try {
      for (OverlaidDisk disk : overlaid.disks()) {
        source.disks.add(
            disk.image().isPresent()
                ? VhdxDisk.of(overlaid, disk)
                : new RawDisk(overlaid, disk, disk.overlay()));
      }
      for (FileEntry file : overlaid.point().files()) {
        DiskReader reader = cache.open(points.openFile(overlaid.point().id(), file.name()));
        source.readers.add(reader);
        source.files.add(new KeptFile(file.name(), reader));
      }
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** How much of the disks may have changed. */
  long changedBytes() {
    long bytes = 0;
    for (FrozenDisk disk : disks) {
      ChangeList changes = disk.changes().orElseThrow().changed();
      Optional<ChangeList.Range> range = changes.next(0);
      while (range.isPresent()) {
        bytes += range.get().lengthBytes();
        range = changes.next(range.get().end());
      }
    }
    return bytes;
  }

  @Override
  public Checkpoint checkpoint() {
    return this;
  }

  @Override
  public Consistency consistency() {
    return Consistency.NONE;
  }

  @Override
  public List<FrozenDisk> disks() {
    return List.copyOf(disks);
  }

  @Override
  public List<FrozenContent> files() {
    return List.copyOf(files);
  }

  /** The overlay is ours alone while it is open, so nobody can have written to it. */
  @Override
  public void verify() {}

  @Override
  public void confirm(RestorePointId point) {}

  @Override
  public void close() {
    readers.forEach(DiskReader::close);
    readers.clear();
  }

  private static Optional<TrackedChanges> tracked(
      OverlaidPoint overlaid, OverlaidDisk disk, List<WrittenRange> changed) {
    List<ChangeList.Range> ranges =
        changed.stream()
            .map(range -> new ChangeList.Range(range.offset(), range.end() - range.offset()))
            .toList();
    return Optional.of(
        new TrackedChanges(overlaid.point().id(), disk.entry().name(), new ChangeList(ranges)));
  }

  /** A disk that was written to as it is. */
  private record RawDisk(
      String name,
      DiskGeometry geometry,
      Optional<UUID> identity,
      Optional<TrackedChanges> changes,
      DiskOverlay overlay)
      implements FrozenDisk {

    RawDisk(OverlaidPoint overlaid, OverlaidDisk disk, DiskOverlay overlay) {
      this(
          disk.entry().name(),
          new DiskGeometry(
              overlay.sizeBytes(),
              disk.entry().geometry().logicalSectorBytes(),
              disk.entry().geometry().physicalSectorBytes()),
          Optional.of(disk.form().identity()),
          tracked(overlaid, disk, overlay.written()),
          overlay);
    }

    @Override
    public long sizeBytes() {
      return geometry.sizeBytes();
    }

    @Override
    public Run runAt(long offset) throws IOException {
      long size = sizeBytes();
      long data = overlay.nextData(offset, size);
      return data > offset
          ? new Run(offset, data - offset, Run.Kind.ZERO)
          : new Run(offset, overlay.dataEnd(offset, size) - offset, Run.Kind.DATA);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      overlay.read(offset, target);
    }
  }

  /** A disk that was written to through its VHDX. */
  private record VhdxDisk(
      String name,
      DiskGeometry geometry,
      Optional<UUID> identity,
      Optional<TrackedChanges> changes,
      VhdxChain chain)
      implements FrozenDisk {

    static VhdxDisk of(OverlaidPoint overlaid, OverlaidDisk disk) throws IOException {
      VhdxChain chain =
          VhdxChain.open(
              new OverlayByteSource(disk.entry().name() + ".vhdx", disk.overlay()), List.of());
      List<WrittenRange> changed =
          VhdxChanges.of(disk.image().orElseThrow(), chain, disk.overlay().written());
      return new VhdxDisk(
          disk.entry().name(),
          new DiskGeometry(
              chain.disk().sizeBytes(),
              chain.disk().logicalSectorBytes(),
              chain.disk().physicalSectorBytes()),
          Optional.of(chain.disk().id()),
          tracked(overlaid, disk, changed),
          chain);
    }

    @Override
    public long sizeBytes() {
      return geometry.sizeBytes();
    }

    @Override
    public Run runAt(long offset) throws IOException {
      Extent extent = chain.extentAt(offset);
      return new Run(
          offset,
          extent.end() - offset,
          extent.kind() == Extent.Kind.ZERO ? Run.Kind.ZERO : Run.Kind.DATA);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      chain.read(offset, target);
    }
  }

  /** A configuration file, which nobody can have written to. */
  private record KeptFile(String name, DiskReader reader) implements FrozenContent {
    @Override
    public long sizeBytes() {
      return reader.sizeBytes();
    }

    @Override
    public Run runAt(long offset) {
      return new Run(offset, sizeBytes() - offset, Run.Kind.DATA);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      reader.read(offset, target);
    }
  }
}
