package dozo.repository.verify;

import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.read.ChunkFetcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Verifies restore points, oldest first. Nodes and chunks that were found sound are not looked at
 * again when another restore point shares them. For one thread, and one use.
 */
public final class Verifier {

  private static final int MAXIMUM_DAMAGES = 10_000;

  private final ChunkFetcher fetcher;
  private final Function<String, DomainKeys> keys;
  private final boolean readData;
  private final VerifyListener listener;
  private final List<VerifyReport.Damage> damages = new ArrayList<>();
  private final List<RestorePointId> broken = new ArrayList<>();
  private final Map<String, ChunkChecker> checkers = new HashMap<>();
  private long moreDamages;
  private long doneBytes;
  private long totalBytes;

  /**
   * Creates a verifier.
   *
   * @param keys the id keys of each dedup domain
   */
  public Verifier(
      ChunkFetcher fetcher,
      Function<String, DomainKeys> keys,
      boolean readData,
      VerifyListener listener) {
    this.fetcher = fetcher;
    this.keys = keys;
    this.readData = readData;
    this.listener = listener;
  }

  /**
   * Verifies restore points.
   *
   * @param brokenFiles what is known to be broken already, for the report
   * @throws IOException if the fault lies not with the repository's data
   */
  public VerifyReport verify(List<RestorePoint> points, List<String> brokenFiles)
      throws IOException {
    for (RestorePoint point : points) {
      point.disks().forEach(disk -> totalBytes += disk.map().dataBytes());
      point.files().forEach(file -> totalBytes += file.map().dataBytes());
    }
    for (RestorePoint point : points) {
      verify(point);
    }
    return new VerifyReport(
        points.size(),
        broken,
        checkers.values().stream().mapToLong(ChunkChecker::nodes).sum(),
        checkers.values().stream().mapToLong(ChunkChecker::chunks).sum(),
        checkers.values().stream().mapToLong(ChunkChecker::bytes).sum(),
        damages,
        moreDamages,
        brokenFiles);
  }

  private void verify(RestorePoint point) throws IOException {
    ChunkChecker checker =
        checkers.computeIfAbsent(
            point.domain(), domain -> new ChunkChecker(fetcher, keys.apply(domain), readData));
    boolean sound = true;
    for (var disk : point.disks()) {
      sound &= verify(point, disk.name(), disk.map(), disk.geometry().sizeBytes(), checker);
    }
    for (var file : point.files()) {
      sound &= verify(point, file.name(), file.map(), file.sizeBytes(), checker);
    }
    if (!sound) {
      broken.add(point.id());
    }
  }

  private boolean verify(
      RestorePoint point, String name, MapRoot root, long sizeBytes, ChunkChecker checker)
      throws IOException {
    String neededBy = "restore point " + point.id() + ", " + name;
    MapWalk walk =
        new MapWalk(
            checker,
            neededBy,
            bytes -> {
              doneBytes += bytes;
              listener.progress(doneBytes, totalBytes);
            });
    return walk.run(
        root,
        sizeBytes,
        (offset, lengthBytes, reason) -> {
          if (damages.size() < MAXIMUM_DAMAGES) {
            damages.add(new VerifyReport.Damage(point.id(), name, offset, lengthBytes, reason));
          } else {
            moreDamages++;
          }
        });
  }
}
