package dozo.repository.space;

import dozo.format.ChunkId;
import dozo.format.Limits;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.space.NodeBatches.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out what deleting restore points would free.
 *
 * <p>Leaves are named by the nodes above them, so finding out which leaves only the restore points
 * in question have costs a hundredth of the maps. Only those leaves are read for the chunks that
 * may become free; then each leaf of the others is read once, to take out what they need too. For
 * one thread, and one use.
 */
public final class SpaceSurvey {

  /** So many chunks are counted in one pass, in some 200 MiB. */
  private static final int CHUNKS_A_PASS = 8 << 20;

  private static final int LEAVES_TOGETHER = 1_024;

  private final NodeBatches nodes;
  private final List<RestorePoint> going;
  private final List<RestorePoint> staying;
  private final OwnerTable leaves = new OwnerTable();
  private final Set<ChunkId> keptInner = new HashSet<>();
  private final long[] exclusiveBytes;
  private long freedBytes;
  private long freedChunks;

  /**
   * Prepares a survey.
   *
   * @param going the restore points to be deleted
   * @param staying all others
   */
  public SpaceSurvey(
      ChunkFetcher fetcher, Collection<RestorePoint> going, Collection<RestorePoint> staying) {
    this.nodes = new NodeBatches(fetcher);
    this.going = List.copyOf(going);
    this.staying = List.copyOf(staying);
    this.exclusiveBytes = new long[going.size()];
  }

  /**
   * Finds out.
   *
   * @throws IOException if a map node cannot be read
   */
  public SpaceReport run() throws IOException {
    nodes.walk(roots(staying), keptInner::add, leaf -> leaves.add(leaf, OwnerTable.KEPT, 0));
    for (int i = 0; i < going.size(); i++) {
      int owner = i;
      walkUnequal(i, leaf -> leaves.add(leaf, owner, 0));
    }
    List<ChunkId> unequal = unequalLeaves();
    int passes = passes(unequal);
    for (int pass = 0; pass < passes; pass++) {
      count(unequal, pass, passes);
    }
    List<SpaceReport.Point> points = new ArrayList<>();
    for (int i = 0; i < going.size(); i++) {
      points.add(
          new SpaceReport.Point(going.get(i).id(), dataBytes(going.get(i)), exclusiveBytes[i]));
    }
    return new SpaceReport(points, freedBytes, freedChunks, stored(freedBytes));
  }

  private static List<Node> roots(List<RestorePoint> points) {
    List<Node> roots = new ArrayList<>();
    for (RestorePoint point : points) {
      point.disks().forEach(disk -> roots.add(root(disk.map())));
      point.files().forEach(file -> roots.add(root(file.map())));
    }
    return roots;
  }

  private static Node root(MapRoot map) {
    return new Node(map.root(), map.level());
  }

  private static long dataBytes(RestorePoint point) {
    return point.disks().stream().mapToLong(disk -> disk.map().dataBytes()).sum()
        + point.files().stream().mapToLong(file -> file.map().dataBytes()).sum();
  }

  /** Names the leaves of one restore point that goes, but not below what stays anyway. */
  private void walkUnequal(int point, NodeBatches.LeafSink sink) throws IOException {
    Set<ChunkId> seen = new HashSet<>();
    nodes.walk(
        roots(List.of(going.get(point))), id -> !keptInner.contains(id) && seen.add(id), sink);
  }

  /** The leaves that no restore point has that stays, each once, in the order of the maps. */
  private List<ChunkId> unequalLeaves() throws IOException {
    Set<ChunkId> unequal = new LinkedHashSet<>();
    for (int i = 0; i < going.size(); i++) {
      walkUnequal(
          i,
          leaf -> {
            if (leaves.owner(leaf) != OwnerTable.KEPT) {
              unequal.add(leaf);
            }
          });
    }
    return List.copyOf(unequal);
  }

  private static int passes(List<ChunkId> unequal) {
    long chunks = (long) unequal.size() * Limits.NODE_ENTRIES / 2;
    return (int) Math.ceilDiv(Math.max(chunks, 1), CHUNKS_A_PASS);
  }

  /** Counts those chunks that fall into one pass. */
  private void count(List<ChunkId> unequal, int pass, int passes) throws IOException {
    ChunkOwners chunks = new ChunkOwners();
    nodes.read(
        unequal,
        (place, node) -> {
          int owner = leaves.owner(unequal.get(place));
          for (int i = 0; i < node.entries(); i++) {
            ChunkId id = node.id(i);
            if (!id.equals(Extent.HOLE) && isIn(id, pass, passes)) {
              chunks.add(id, owner, (int) node.length(i));
            }
          }
        });
    if (!chunks.isEmpty()) {
      keepWhatStays(chunks);
    }
    chunks.forEach((owner, length) -> {
      if (owner != OwnerTable.KEPT) {
        freedBytes += length;
        freedChunks++;
      }
      if (owner >= 0) {
        exclusiveBytes[owner] += length;
      }
    });
  }

  private static boolean isIn(ChunkId id, int pass, int passes) {
    return passes == 1 || Math.floorMod(id.second(), passes) == pass;
  }

  private void keepWhatStays(ChunkOwners chunks) throws IOException {
    Set<ChunkId> inner = new HashSet<>();
    OwnerTable seen = new OwnerTable();
    List<ChunkId> batch = new ArrayList<>();
    nodes.walk(
        roots(staying),
        inner::add,
        leaf -> {
          if (seen.add(leaf, OwnerTable.KEPT, 0)) {
            batch.add(leaf);
          }
          if (batch.size() == LEAVES_TOGETHER) {
            keep(batch, chunks);
            batch.clear();
          }
        });
    keep(batch, chunks);
  }

  private void keep(List<ChunkId> batch, ChunkOwners chunks) throws IOException {
    nodes.read(
        batch,
        (place, node) -> {
          for (int i = 0; i < node.entries(); i++) {
            chunks.keep(node.id(i));
          }
        });
  }

  /** What plain bytes take in packs, by what all restore points that are here took. */
  private long stored(long plainBytes) {
    long fresh = 0;
    long stored = 0;
    for (List<RestorePoint> points : List.of(going, staying)) {
      for (RestorePoint point : points) {
        fresh += point.statistics().newBytes();
        stored += point.statistics().storedBytes();
      }
    }
    return fresh == 0 ? plainBytes : (long) ((double) plainBytes * stored / fresh);
  }
}
