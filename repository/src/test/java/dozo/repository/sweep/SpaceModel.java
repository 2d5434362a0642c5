package dozo.repository.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.space.SpaceReport;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What deleting restore points frees, found out by counting who needs each chunk.
 *
 * @param needers the restore points that need a chunk
 * @param lengths the chunks' lengths
 */
record SpaceModel(Map<ChunkId, Set<RestorePointId>> needers, Map<ChunkId, Long> lengths) {

  /** Counts what the first disk of each restore point needs. */
  static SpaceModel of(Repository repository) throws IOException {
    SpaceModel model = new SpaceModel(new HashMap<>(), new HashMap<>());
    for (RestorePoint point : repository.restorePoints()) {
      try (ChunkSource source = repository.openDisk(point.id(), "disk0")) {
        for (Extent extent : source.extents(0, 8_000)) {
          if (!extent.isHole()) {
            model.needers.computeIfAbsent(extent.id(), id -> new HashSet<>()).add(point.id());
            model.lengths.put(extent.id(), extent.lengthBytes());
          }
        }
      }
    }
    return model;
  }

  /** The bytes of the chunks that nobody else needs. */
  private long neededOnlyBy(Set<RestorePointId> points) {
    return needers.entrySet().stream()
        .filter(chunk -> points.containsAll(chunk.getValue()))
        .mapToLong(chunk -> lengths.getOrDefault(chunk.getKey(), 0L))
        .sum();
  }

  void check(SpaceReport report, Set<RestorePointId> asked) {
    assertThat(report.freedBytes()).isEqualTo(neededOnlyBy(asked));
    assertThat(report.points().stream().map(SpaceReport.Point::id))
        .containsExactlyInAnyOrderElementsOf(asked);
    for (SpaceReport.Point point : report.points()) {
      assertThat(point.exclusiveBytes()).isEqualTo(neededOnlyBy(Set.of(point.id())));
    }
  }
}
