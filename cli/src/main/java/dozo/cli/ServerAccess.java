package dozo.cli;

import dozo.format.ChunkHasher;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.ServerLink;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Restore points on a server. */
final class ServerAccess implements Access {

  /** How long a reader waits for a server that was lost. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int PAGE = 1_000;

  private final ConnectionSettings settings;
  private final ServerLink link;

  private ServerAccess(ConnectionSettings settings, ServerLink link) {
    this.settings = settings;
    this.link = link;
  }

  static ServerAccess open(ConnectionSettings settings) throws IOException {
    return new ServerAccess(settings, ServerLink.open(settings, PATIENCE));
  }

  @Override
  public String place() {
    return "server " + settings.address();
  }

  @Override
  public Optional<Path> directory() {
    return Optional.empty();
  }

  @Override
  public List<RestorePoint> list() throws IOException {
    List<RestorePoint> all = new ArrayList<>();
    List<RestorePoint> page;
    do {
      @Nullable RestorePointId after = all.isEmpty() ? null : all.getLast().id();
      page = link.connection().listRestorePoints(new ListRestorePoints(null, null, after, PAGE));
      all.addAll(page);
    } while (page.size() >= PAGE);
    return all;
  }

  @Override
  public ChunkSource openDisk(RestorePointId restorePoint, String disk) throws IOException {
    return link.openDisk(restorePoint, disk);
  }

  @Override
  public ChunkSource openFile(RestorePointId restorePoint, String file) throws IOException {
    return link.openFile(restorePoint, file);
  }

  @Override
  public Supplier<ChunkHasher> chunkHashers(RestorePoint point) throws IOException {
    // Every disk of a restore point is named alike.
    CompareDisk question = new CompareDisk(point.id(), point.disks().getFirst().name(), null, 0);
    byte[] key = idKey(link.connection().compare(question));
    return () -> new ChunkHasher(key);
  }

  private static byte[] idKey(Comparison comparison) throws IOException {
    try {
      return HexFormat.of().parseHex(comparison.idKey().reveal());
    } catch (IllegalArgumentException e) {
      throw new IOException("The server's key of chunk ids is none");
    }
  }

  @Override
  public List<DiskRange> changes(RestorePoint base, RestorePoint point, String disk)
      throws IOException {
    List<DiskRange> ranges = new ArrayList<>();
    @Nullable Long next = 0L;
    while (next != null) {
      Comparison some =
          link.connection().compare(new CompareDisk(point.id(), disk, base.id(), next));
      ranges.addAll(some.ranges());
      @Nullable Long following = some.next();
      if (following != null && following <= next) {
        throw new IOException("The server lists the same changes again");
      }
      next = following;
    }
    return ranges;
  }

  @Override
  public void giveUp() {
    link.close();
  }

  @Override
  public void close() {
    link.close();
  }
}
