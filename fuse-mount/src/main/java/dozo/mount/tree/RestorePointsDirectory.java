package dozo.mount.tree;

import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.NodeAttributes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of all restore points. It lists them anew when it is listed, and when a name is
 * looked for that it does not know; but it never keeps anyone waiting for a back end that does not
 * answer, and shows what it knew before instead.
 *
 * <p>Safe for use by many threads.
 */
final class RestorePointsDirectory implements MountedDirectory {
  private static final Logger log = LoggerFactory.getLogger(RestorePointsDirectory.class);

  /** How long someone who lists the directory waits for news. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How old news may be for someone who looks for a name. Desktops look for many. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  /** What was listed last. */
  private record Listing(Map<String, MountedDirectory> directories, List<RestorePoint> points) {}

  private final RestorePoints points;
  private final RestorePointDirectories directories;
  private volatile Listing known = new Listing(Map.of(), List.of());
  private volatile long refreshedAt;
  private @Nullable CompletableFuture<@Nullable Void> refreshing;

  RestorePointsDirectory(RestorePoints points, RestorePointDirectories directories) {
    this.points = points;
    this.directories = directories;
  }

  Collection<RestorePoint> known() {
    return known.points();
  }

  /** Lists the restore points anew, and waits for it. */
  void refresh() throws IOException {
    List<RestorePoint> listed = points.list();
    Map<String, MountedDirectory> before = known.directories();
    Map<String, MountedDirectory> now = new TreeMap<>();
    for (RestorePoint point : listed) {
      String name = FileNames.of(point);
      MountedDirectory same = before.get(name);
      now.put(name, same != null ? same : directories.of(point, Inodes.of(point.id().toString())));
    }
    known = new Listing(now, List.copyOf(listed));
    refreshedAt = System.nanoTime();
  }

  @Override
  public long inode() {
    return Inodes.ROOT;
  }

  @Override
  public NodeAttributes attributes() {
    Instant newest =
        known.points().stream()
            .map(RestorePoint::created)
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    return NodeAttributes.ofDirectory(newest);
  }

  @Override
  public Optional<MountedNode> child(String name) {
    MountedDirectory directory = known.directories().get(name);
    if (directory == null && System.nanoTime() - refreshedAt > FRESH.toNanos()) {
      refreshPatiently();
      directory = known.directories().get(name);
    }
    return Optional.ofNullable(directory);
  }

  @Override
  public List<DirectoryEntry> entries() {
    refreshPatiently();
    List<DirectoryEntry> entries = new ArrayList<>();
    known.directories().forEach((name, node) -> entries.add(new DirectoryEntry(name, node)));
    return entries;
  }

  private void refreshPatiently() {
    try {
      refreshOnTheSide().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("the list of restore points is late; showing what was known");
    } catch (ExecutionException e) {
      log.warn("the restore points cannot be listed; showing what was known", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Joins the listing under way, or begins one. */
  private synchronized CompletableFuture<@Nullable Void> refreshOnTheSide() {
    CompletableFuture<@Nullable Void> current = refreshing;
    if (current == null || current.isDone()) {
      CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
      refreshing = begun;
      Thread.ofPlatform()
          .daemon()
          .name("dozo-list-restore-points")
          .start(() -> {
            try {
              refresh();
              begun.complete(null);
            } catch (Throwable e) {
              begun.completeExceptionally(e);
            }
          });
      return begun;
    }
    return current;
  }
}
