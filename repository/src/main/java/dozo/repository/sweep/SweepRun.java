package dozo.repository.sweep;

import dozo.format.manifest.RestorePoint;
import dozo.format.pack.PackDirectory;
import dozo.repository.claims.ClaimLedger;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.PackEntry;
import dozo.repository.sweep.SweepListener.Phase;
import dozo.repository.work.Pace;
import dozo.repository.work.StopSignal;
import dozo.repository.work.StopSignal.StoppedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sweep, in the steps of {@code docs/durability.md} §3.3. For one thread, and one use.
 *
 * <p>Packs are condemned in groups, each just before it is retired: a sweep that is stopped leaves
 * at most one group condemned that is still there.
 */
final class SweepRun {

  private static final Logger log = LoggerFactory.getLogger(SweepRun.class);

  private static final long DIRECTORY_BYTES = 32L << 20;

  /** A group's directories, and the changes to the index, are held in memory. */
  private static final int GROUP_CHUNKS = 1 << 18;

  private static final int GROUP_PACKS = 256;

  /** What is copied before anything is freed, in packs of the usual size. */
  private static final int COPIED_TOGETHER = 8;

  private final SweepParts parts;
  private final SweepRequest request;
  private final SweepListener listener;
  private final StopSignal stop;
  private final Pace pace;
  private final SweepTally tally = new SweepTally();
  private final PackRetirer retirer;
  private final LoadedDirectories directories;

  /** The dedup domains of the roots. */
  private Set<String> domains = Set.of();

  SweepRun(SweepParts parts, SweepRequest request, SweepListener listener, StopSignal stop) {
    this.parts = parts;
    this.request = request;
    this.listener = listener;
    this.stop = stop;
    this.pace = new Pace(request.bytesPerSecond(), stop);
    this.retirer = new PackRetirer(parts, tally);
    this.directories = new LoadedDirectories(parts.library(), pace, DIRECTORY_BYTES);
  }

  SweepReport run() throws IOException {
    boolean isStopped = false;
    try {
      sweep();
    } catch (StoppedException e) {
      isStopped = true;
    }
    SweepReport report = tally.report(request.isDryRun(), isStopped);
    log.info("Swept {}", report);
    return report;
  }

  private void sweep() throws IOException {
    stop.check();
    // What the index does not know yet, it must not learn after this sweep has changed it.
    parts.indexWriter().flush();
    Instant now = parts.clock().instant();
    Instant purged = now.minus(request.keepRestorePoints());
    if (request.isDryRun()) {
      tally.purgedRestorePoints =
          (int)
              parts.trash().list().stream()
                  .filter(point -> !point.retired().isAfter(purged))
                  .count();
    } else {
      tally.purgedRestorePoints = parts.trash().purge(purged).size();
      retirer.makeRoom();
    }
    try (ClaimLedger.Sweep<List<PackEntry>> claims =
        parts.ledger().beginSweep(parts.packs()::entries)) {
      MarkTable marks = new MarkTable(parts.packs(), claims.snapshot());
      mark(marks, purged);
      SweepPlan plan = plan(marks);
      tally.wasteBytes = plan.wasteBytes();
      if (request.isDryRun()) {
        plan.dead().forEach(pack -> tally.dead = tally.dead.plus(pack.pack().sizeBytes()));
        plan.sparse().forEach(this::countPlanned);
        return;
      }
      try (SecondCopies copies = new SecondCopies(parts, marks, directories, pace)) {
        retire(plan.dead(), claims, copies);
        compact(plan.sparse(), claims, copies);
      }
    }
    // The time of the end: what is to be kept for no time at all goes at once.
    retirer.purge(parts.clock().instant().minus(request.keepPacks()));
  }

  private void countPlanned(PackMarks pack) {
    long size = pack.pack().sizeBytes();
    tally.compacted = tally.compacted.plus(size);
    tally.written = tally.written.plus(size - pack.wasteBytes());
  }

  private void mark(MarkTable marks, Instant purged) throws IOException {
    List<RestorePoint> roots =
        request.isDryRun() ? parts.trash().rootsAfterPurge(purged) : parts.trash().roots();
    tally.restorePoints = roots.size();
    // Restore points that were committed since are roots as well; this makes their packs known.
    parts.indexWriter().flush();
    List<MapSource> sources = MapSource.of(roots);
    DamageLog damage = new DamageLog(sources);
    ReferenceResolver resolver =
        new ReferenceResolver(
            parts.index(), parts.packs(), marks, directories, parts.damaged(), parts.pool(), pace);
    try (NodeReader reader = new NodeReader(parts.library(), parts.fetcher(), parts.pool(), pace)) {
      new NodeMarker(resolver, reader, new ChunkMarker(resolver, damage), sources, progress(marks))
          .run();
    }
    tally.damaged = damage.damages();
    tally.moreDamaged = damage.more();
    Set<Integer> damagedPacks = parts.damaged().packs();
    for (PackMarks pack : marks.candidates()) {
      if (damagedPacks.contains(pack.pack().number()) || directories.wasSalvaged(pack.pack())) {
        if (pack.live() > 0 && mayBeRepaired(pack.pack())) {
          pack.leaveAlone();
        } else {
          pack.rewrite();
        }
      }
    }
    tally.marked(marks.candidates());
    domains = roots.stream().map(RestorePoint::domain).collect(Collectors.toSet());
  }

  /** Whether parity brings back what a damaged pack has lost, as far as can be seen. */
  private boolean mayBeRepaired(PackEntry pack) {
    try {
      return parts.library().repairs(pack.id()).isPresent();
    } catch (IOException e) {
      log.error("A damaged pack cannot be read pack={}", pack.id(), e);
      return true;
    }
  }

  private LongConsumer progress(MarkTable marks) {
    long total = marks.candidates().stream().mapToLong(pack -> pack.pack().chunks()).sum();
    long[] done = new long[1];
    return more -> {
      done[0] += more;
      listener.progress(Phase.MARK, Math.min(done[0], total), total);
    };
  }

  private SweepPlan plan(MarkTable marks) {
    return SweepPlan.of(
        marks.candidates(),
        request.maximumUnused(),
        parts.parameters().packBytes(),
        request.resealsOldEpochs() ? parts.keys().get().currentEpoch() : 0);
  }

  private void retire(
      List<PackMarks> dead, ClaimLedger.Sweep<List<PackEntry>> claims, SecondCopies copies)
      throws IOException {
    int done = 0;
    for (List<PackMarks> group : groups(dead, Long.MAX_VALUE)) {
      Map<PackMarks, ChunkIndex.Contents> going = new LinkedHashMap<>();
      for (PackMarks pack : group) {
        stop.check();
        Optional<ChunkIndex.Contents> contents = contents(pack);
        if (contents.isEmpty()) {
          continue;
        }
        if (copies.keepLastGood(pack, contents.get().directory())) {
          parts.index().add(List.of(contents.get()));
        } else {
          going.put(pack, contents.get());
        }
      }
      List<ChunkIndex.Contents> condemned = new ArrayList<>();
      condemn(going.keySet(), claims)
          .forEach(pack -> Optional.ofNullable(going.get(pack)).ifPresent(condemned::add));
      retirer.retire(condemned, List.of());
      condemned.forEach(each -> tally.dead = tally.dead.plus(each.pack().sizeBytes()));
      done += group.size();
      listener.progress(Phase.RETIRE, done, dead.size());
    }
  }

  /** What a pack holds, unless that cannot be known for sure: then the pack is left alone. */
  private Optional<ChunkIndex.Contents> contents(PackMarks pack) {
    try {
      PackDirectory directory = directories.get(pack.pack());
      if (pack.isMarkedBy(directory)) {
        return Optional.of(new ChunkIndex.Contents(pack.pack(), directory));
      }
      log.warn("A pack shows another directory than before pack={}", pack.pack().id());
    } catch (IOException e) {
      log.error("A pack directory cannot be read pack={}", pack.pack().id(), e);
    }
    pack.leaveAlone();
    tally.leftAlone++;
    return Optional.empty();
  }

  private List<PackMarks> condemn(
      Collection<PackMarks> candidates, ClaimLedger.Sweep<List<PackEntry>> claims) {
    Set<PackMarks> condemned =
        new LinkedHashSet<>(claims.condemn(candidates, pack -> pack.pack().number()));
    for (PackMarks pack : candidates) {
      if (condemned.contains(pack)) {
        parts.directories().drop(pack.pack());
      } else {
        tally.claimed = tally.claimed.plus(pack.pack().sizeBytes());
      }
    }
    return List.copyOf(condemned);
  }

  private void compact(
      List<PackMarks> sparse, ClaimLedger.Sweep<List<PackEntry>> claims, SecondCopies copies)
      throws IOException {
    int done = 0;
    for (List<PackMarks> group : groups(sparse, COPIED_TOGETHER * parts.parameters().packBytes())) {
      stop.check();
      long copied = group.stream().mapToLong(p -> p.pack().sizeBytes() - p.wasteBytes()).sum();
      if (!parts.room().hasFor(copied)) {
        log.warn("No room for compaction bytes={}", copied);
        tally.isShortOfRoom = true;
        return;
      }
      Map<PackMarks, ChunkIndex.Contents> going = new LinkedHashMap<>();
      Map<PackMarks, ChunkIndex.Contents> withLastGood = new LinkedHashMap<>();
      for (PackMarks pack : group) {
        Optional<ChunkIndex.Contents> contents = contents(pack);
        if (contents.isPresent()) {
          going.put(pack, contents.get());
          if (copies.keepLastGood(pack, contents.get().directory())) {
            withLastGood.put(pack, contents.get());
          }
        }
      }
      List<PackMarks> condemned = condemn(going.keySet(), claims);
      going.keySet().retainAll(condemned);
      withLastGood.keySet().removeAll(condemned);
      if (!withLastGood.isEmpty()) {
        parts.index().add(List.copyOf(withLastGood.values()));
      }
      compact(going);
      done += group.size();
      listener.progress(Phase.COMPACT, done, sparse.size());
    }
  }

  /** Copies a group, and retires what was copied whole; also if it is stopped in the middle. */
  private void compact(Map<PackMarks, ChunkIndex.Contents> condemned) throws IOException {
    try (PackCompactor compactor = new PackCompactor(parts, pace, domains)) {
      // If this fails, what was copied is there twice: the next sweep gives up the copies.
      Optional<StoppedException> stopped = Optional.empty();
      try {
        for (Map.Entry<PackMarks, ChunkIndex.Contents> pack : condemned.entrySet()) {
          compactor.copy(pack.getKey(), pack.getValue().directory());
        }
      } catch (StoppedException e) {
        stopped = Optional.of(e);
      }
      compactor.finish();
      retirer.retire(compactor.emptied(), compactor.published());
      for (ChunkIndex.Contents each : compactor.emptied()) {
        tally.compacted = tally.compacted.plus(each.pack().sizeBytes());
      }
      for (ChunkIndex.Contents each : compactor.published()) {
        tally.written = tally.written.plus(each.pack().sizeBytes());
      }
      if (stopped.isPresent()) {
        throw stopped.get();
      }
    }
  }

  private static List<List<PackMarks>> groups(List<PackMarks> packs, long liveBytes) {
    List<List<PackMarks>> groups = new ArrayList<>();
    List<PackMarks> group = new ArrayList<>();
    long chunks = 0;
    long bytes = 0;
    for (PackMarks pack : packs) {
      long copied = pack.pack().sizeBytes() - pack.wasteBytes();
      if (!group.isEmpty()
          && (group.size() == GROUP_PACKS
              || chunks + pack.pack().chunks() > GROUP_CHUNKS
              || bytes + copied > liveBytes)) {
        groups.add(group);
        group = new ArrayList<>();
        chunks = 0;
        bytes = 0;
      }
      group.add(pack);
      chunks += pack.pack().chunks();
      bytes += copied;
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }
}
