package dozo.mount.tree;

import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import dozo.format.manifest.DiskEntry;
import dozo.mount.overlay.BaseImage;
import dozo.mount.overlay.DiskOverlay;
import dozo.mount.overlay.OverlayDisk;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A disk of a restore point with what was written over it.
 *
 * @param entry the disk in the restore point
 * @param form in which form it is written to
 * @param image the VHDX beneath, if that is the form
 * @param overlay what it is read and written through
 */
public record OverlaidDisk(
    DiskEntry entry, OverlayDisk form, Optional<VhdxImage> image, DiskOverlay overlay) {

  /** The bytes of the disk itself. */
  record RawBase(DiskReader reader) implements BaseImage {
    private static final int EXTENTS = 256;

    @Override
    public long sizeBytes() {
      return reader.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      reader.read(offset, target);
    }

    @Override
    public long nextData(long offset, long end) throws IOException {
      long stop = Math.min(end, reader.sizeBytes());
      long at = offset;
      while (at < stop) {
        for (Extent extent : reader.extents(at, EXTENTS)) {
          if (!extent.isHole()) {
            return Math.max(at, extent.offset()) < stop ? Math.max(at, extent.offset()) : end;
          }
          at = extent.end();
        }
      }
      return end;
    }

    @Override
    public long dataEnd(long offset, long end) throws IOException {
      long at = offset;
      for (Extent extent : reader.extents(offset, EXTENTS)) {
        if (extent.isHole() || at >= end) {
          break;
        }
        at = extent.end();
      }
      return Math.min(at, end);
    }
  }

  /** The bytes of a VHDX file around the disk. */
  record VhdxBase(VhdxImage image) implements BaseImage {
    @Override
    public long sizeBytes() {
      return image.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      image.read(offset, target);
    }

    @Override
    public long nextData(long offset, long end) throws IOException {
      long stop = Math.min(end, image.sizeBytes());
      long at = offset;
      while (at < stop) {
        var extent = image.extentAt(at);
        if (extent.kind() == dozo.vhdx.Extent.Kind.DATA) {
          return at;
        }
        at = extent.end();
      }
      return end;
    }

    @Override
    public long dataEnd(long offset, long end) throws IOException {
      return Math.min(end, image.extentAt(offset).end());
    }
  }
}
