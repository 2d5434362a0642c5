package dozo.server.metrics;

import dozo.repository.Repository;
import dozo.repository.RepositoryStatistics;
import java.util.function.ToDoubleFunction;

/** What the engine holds and does, as gauges. */
public final class RepositoryMetrics {

  private RepositoryMetrics() {}

  /** Has the engine asked whenever Prometheus comes. */
  public static void bind(ServerMetrics metrics, Repository repository) {
    gauge(metrics, repository, "packs", "Published packs", it -> it.packs().packs());
    gauge(metrics, repository, "packs.bytes", "Bytes of published packs", it -> it.packs().bytes());
    gauge(
        metrics,
        repository,
        "packs.unreadable",
        "Packs whose directories could not be read at the start",
        RepositoryStatistics::unreadablePacks);
    gauge(
        metrics,
        repository,
        "segments.damaged",
        "Segments that could not be read since the start",
        RepositoryStatistics::damagedSegments);
    gauge(
        metrics,
        repository,
        "restore.points",
        "Committed restore points",
        RepositoryStatistics::restorePoints);
    gauge(
        metrics,
        repository,
        "manifests.damaged",
        "Manifests that could not be read at the start",
        RepositoryStatistics::damagedManifests);
    gauge(
        metrics,
        repository,
        "index.chunks",
        "Chunks and map nodes that the index knows",
        RepositoryStatistics::indexedChunks);
    gauge(
        metrics,
        repository,
        "index.filter.bytes",
        "Memory of the Bloom filter",
        RepositoryStatistics::filterBytes);
    gauge(
        metrics,
        repository,
        "buffered.bytes",
        "Bytes taken in and not yet written",
        RepositoryStatistics::bufferedBytes);
    gauge(
        metrics,
        repository,
        "open.sources",
        "Disks and files being read",
        RepositoryStatistics::openSources);
  }

  private static void gauge(
      ServerMetrics metrics,
      Repository repository,
      String name,
      String description,
      ToDoubleFunction<RepositoryStatistics> value) {
    metrics.gauge(
        "dozo.repository." + name, description, () -> value.applyAsDouble(repository.statistics()));
  }
}
