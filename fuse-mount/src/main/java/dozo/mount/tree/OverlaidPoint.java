package dozo.mount.tree;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.disk.DiskReader;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.VhdxForm;
import dozo.mount.image.VhdxImages;
import dozo.mount.overlay.BaseImage;
import dozo.mount.overlay.DiskOverlay;
import dozo.mount.overlay.Face;
import dozo.mount.overlay.Overlay;
import dozo.mount.overlay.OverlayDisk;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import dozo.mount.read.ReadCache;
import dozo.mount.trace.TracedDisk;
import dozo.vhdx.synth.VhdxImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A restore point, all its disks open, with an overlay over it. Each disk has one form that is
 * written to, and no other: what is written to a VHDX file would show on the disk in another file
 * only when the hypervisor has put down its block table, which the reader of that file could not
 * know.
 *
 * <p>Safe for use by many threads.
 */
public final class OverlaidPoint implements Closeable {
  private static final int FRAME_BYTES = 4 << 20;

  private final RestorePoint point;
  private final Overlay overlay;
  private final List<OverlaidDisk> disks;
  private final List<DiskReader> readers;

  private OverlaidPoint(
      RestorePoint point, Overlay overlay, List<OverlaidDisk> disks, List<DiskReader> readers) {
    this.point = point;
    this.overlay = overlay;
    this.disks = List.copyOf(disks);
    this.readers = readers;
  }

  /** A disk beneath an overlay. */
  private record Beneath(
      DiskEntry entry, OverlayDisk form, Optional<VhdxImage> image, BaseImage base) {}

  /**
   * Opens an overlay, or makes it if there is none of that name.
   *
   * @throws CorruptDataException if it lies over something else, or is damaged
   * @throws dozo.format.RepositoryLockedException if another process has it open
   */
  public static OverlaidPoint open(
      RestorePoint point,
      RestorePoints points,
      ReadCache cache,
      OverlayStore store,
      OverlayRequest request)
      throws IOException {
    List<DiskReader> readers = new ArrayList<>();
    try {
      Optional<OverlaySummary> known =
          store.exists(request.name())
              ? Optional.of(store.summary(request.name()))
              : Optional.empty();
      if (known.isPresent()) {
        requirePoint(known.get(), point);
      }
      List<Beneath> beneath = new ArrayList<>();
      for (DiskEntry disk : point.disks()) {
        DiskReader reader =
            cache.open(TracedDisk.of(point, disk), () -> points.openDisk(point.id(), disk.name()));
        readers.add(reader);
        beneath.add(beneath(point, disk, reader, request, known));
      }
      if (known.isEmpty()) {
        store.create(
            request.name(),
            point.id(),
            point.vm().name(),
            beneath.stream().map(Beneath::form).toList());
      }
      Overlay overlay = store.open(request.name(), request.limitBytes());
      try {
        List<OverlaidDisk> disks = new ArrayList<>();
        for (Beneath each : beneath) {
          DiskOverlay disk = overlay.open(each.form(), each.base());
          disks.add(new OverlaidDisk(each.entry(), each.form(), each.image(), disk));
        }
        return new OverlaidPoint(point, overlay, disks, readers);
      } catch (IOException | RuntimeException e) {
        overlay.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      readers.forEach(DiskReader::close);
      throw e;
    }
  }

  private static void requirePoint(OverlaySummary known, RestorePoint point) throws IOException {
    if (!known.point().equals(point.id())) {
      throw new CorruptDataException(
          Fault.of("The overlay " + known.name() + " lies over another restore point")
              .file(known.directory())
              .expected(known.point().toString())
              .actual(point.id().toString())
              .cure(
                  "name that restore point, or give --overlay another name to begin a new"
                      + " overlay"));
    }
  }

  private static Beneath beneath(
      RestorePoint point,
      DiskEntry disk,
      DiskReader reader,
      OverlayRequest request,
      Optional<OverlaySummary> overlay)
      throws IOException {
    Optional<OverlayDisk> known =
        overlay.flatMap(all ->
            all.disks().stream().filter(each -> each.name().equals(disk.name())).findFirst());
    Face wanted = disk.geometry().sizeBytes() == 0 ? Face.RAW : request.face();
    Face face = known.map(OverlayDisk::face).orElse(wanted);
    UUID identity =
        known.map(OverlayDisk::identity).orElseGet(() -> request.identity(disk.identity()));
    if (face == Face.RAW) {
      String id = hash(ByteBuffer.wrap(text(point, disk)));
      OverlayDisk form =
          new OverlayDisk(disk.name(), face, disk.geometry().sizeBytes(), id, identity, 0);
      return new Beneath(disk, form, Optional.empty(), new OverlaidDisk.RawBase(reader));
    }
    int blockBytes = known.map(OverlayDisk::imageBlockBytes).orElse(request.blockBytes());
    Optional<UUID> other =
        identity.equals(disk.identity()) ? Optional.empty() : Optional.of(identity);
    VhdxImage image = VhdxImages.of(point.id(), disk, new VhdxForm(blockBytes, other), reader);
    // Everything but the payload, or enough of it to notice another way of laying it out.
    ByteBuffer frame = ByteBuffer.allocate((int) Math.min(FRAME_BYTES, image.payloadOffset()));
    image.read(0, frame);
    OverlayDisk form =
        new OverlayDisk(
            disk.name(), face, image.sizeBytes(), hash(frame.flip()), identity, blockBytes);
    return new Beneath(disk, form, Optional.of(image), new OverlaidDisk.VhdxBase(image));
  }

  private static byte[] text(RestorePoint point, DiskEntry disk) {
    return (point.id() + " " + disk.name() + " " + disk.map().root())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String hash(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes);
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The restore point beneath. */
  public RestorePoint point() {
    return point;
  }

  /** What was written. */
  public Overlay overlay() {
    return overlay;
  }

  /** The disks, in the restore point's order. */
  public List<OverlaidDisk> disks() {
    return disks;
  }

  /** Syncs and closes the overlay, and closes what lies beneath. */
  @Override
  public void close() throws IOException {
    try {
      overlay.close();
    } finally {
      readers.forEach(DiskReader::close);
    }
  }
}
