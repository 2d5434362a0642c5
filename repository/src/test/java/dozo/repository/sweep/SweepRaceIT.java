package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readAll;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static dozo.repository.sweep.SweepFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.SourceClient;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitGroup;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.GroupBrokenException;
import dozo.repository.ingest.IngestSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sweeps and compacts in a loop beside sessions that bring back the chunks which are just being
 * retired, and beside readers, for a minute, or for as long as {@code -Ddozo.race.seconds} says.
 * The long form is an hour: {@code ./dozo test -pl repository -am -Dtest=SweepRaceIT
 * -Dsurefire.failIfNoSpecifiedTests=false -Ddozo.race.seconds=3600}.
 */
final class SweepRaceIT {

  private static final int VMS = 3;
  private static final int BLOCKS = 40;
  private static final int BLOCKS_A_DISK = 10;
  private static final int KEPT = 2;
  private static final int SECONDS = Integer.getInteger("dozo.race.seconds", 60);

  @TempDir Path directory;

  private final Map<RestorePoint, List<Integer>> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong sweeps = new AtomicLong();
  private final AtomicLong claimed = new AtomicLong();
  private final AtomicLong dead = new AtomicLong();
  private final AtomicLong compacted = new AtomicLong();
  private volatile long end;

  @Test
  void losesNothingThatWasAcknowledged() throws Exception {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    System.out.printf("SweepRaceIT: rerun with -Ddozo.test.seed=%d%n", seed);
    SweepFixture fixture = new SweepFixture(directory);
    try (Repository repository = fixture.open()) {
      end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      try (ExecutorService threads = Executors.newCachedThreadPool()) {
        List<Future<?>> work = new ArrayList<>();
        for (int vm = 0; vm < VMS; vm++) {
          int number = vm;
          work.add(threads.submit(() -> backUpAndForget(repository, number, seed)));
        }
        work.add(threads.submit(() -> read(repository)));
        work.add(threads.submit(() -> sweep(repository, seed)));
        for (Future<?> each : work) {
          requireEnd(each);
        }
      }
      System.out.printf(
          "SweepRaceIT: %d commits, %d reads, %d sweeps, packs: %d dead, %d compacted, %d claimed%n",
          commits.get(), reads.get(), sweeps.get(), dead.get(), compacted.get(), claimed.get());
      verify(repository);
      readEverything(repository);
      requireNoLeak(repository);
    }
    try (Repository repository = fixture.open()) {
      verify(repository);
      readEverything(repository);
    }
    assertThat(dead).hasPositiveValue();
    assertThat(compacted).hasPositiveValue();
    assertThat(claimed).hasPositiveValue();
  }

  /** Ends the others when one of them fails. */
  private void requireEnd(Future<?> work) throws Exception {
    try {
      work.get();
    } catch (ExecutionException e) {
      end = 0;
      throw e;
    }
  }

  private boolean isTime() {
    return System.nanoTime() - end < 0 && end != 0;
  }

  private Void backUpAndForget(Repository repository, int vm, long seed) throws IOException {
    Random random = new Random(seed + vm);
    ArrayDeque<RestorePoint> kept = new ArrayDeque<>();
    while (isTime()) {
      if (vm == 1) {
        kept.addAll(backUpTogether(repository, List.of(vm(vm), vm(VMS + vm)), random));
      } else {
        List<Integer> blocks = BlockPool.draw(random, BLOCKS_A_DISK, BLOCKS);
        Map<String, byte[]> disks = Map.of("disk0", BlockPool.disk(blocks));
        RestorePoint point =
            vm == 0
                ? SourceClient.backUp(repository, vm(vm), disks)
                : backUp(repository, vm(vm), disks);
        acknowledged.put(point, blocks);
        kept.add(point);
        commits.incrementAndGet();
      }
      while (kept.size() > KEPT && forget(repository, kept.peekFirst())) {
        kept.removeFirst();
      }
    }
    return null;
  }

  /** Commits a group; now and then, one that is given up comes before it. */
  private List<RestorePoint> backUpTogether(Repository repository, List<VmRef> vms, Random random)
      throws IOException {
    if (random.nextInt(4) == 0) {
      List<IngestSession> sessions = beginTogether(repository, vms, drawn(vms, random));
      CompletableFuture<CommitReceipt> waiting = sessions.getFirst().commit(CommitDetails.AS_BEGUN);
      sessions.getLast().close();
      assertThatThrownBy(waiting::join).hasRootCauseInstanceOf(GroupBrokenException.class);
    }
    List<List<Integer>> blocks = drawn(vms, random);
    List<IngestSession> sessions = beginTogether(repository, vms, blocks);
    var _ = sessions.getFirst().commit(CommitDetails.AS_BEGUN);
    commit(sessions.getLast());
    List<RestorePoint> points = new ArrayList<>();
    for (int i = 0; i < vms.size(); i++) {
      RestorePoint point = commit(sessions.get(i)).restorePoint();
      acknowledged.put(point, blocks.get(i));
      points.add(point);
      commits.incrementAndGet();
    }
    return points;
  }

  private static List<List<Integer>> drawn(List<VmRef> vms, Random random) {
    return vms.stream().map(vm -> BlockPool.draw(random, BLOCKS_A_DISK, BLOCKS)).toList();
  }

  private static List<IngestSession> beginTogether(
      Repository repository, List<VmRef> vms, List<List<Integer>> blocks) throws IOException {
    CommitGroup group = new CommitGroup(UUID.randomUUID(), vms.size());
    List<IngestSession> sessions = new ArrayList<>();
    for (int i = 0; i < vms.size(); i++) {
      byte[] disk = BlockPool.disk(blocks.get(i));
      IngestSession session =
          repository.beginSession(request(vms.get(i), Map.of("disk0", disk), Map.of()), group);
      feed(session.stream("disk0"), disk);
      sessions.add(session);
    }
    return sessions;
  }

  private boolean forget(Repository repository, RestorePoint point) throws IOException {
    List<Integer> blocks = acknowledged.remove(point);
    try {
      repository.pruner().forget(point.id());
      return true;
    } catch (IllegalStateException e) {
      acknowledged.put(point, blocks);
      return false; // It is being read.
    }
  }

  private Void read(Repository repository) throws IOException {
    while (isTime()) {
      for (Map.Entry<RestorePoint, List<Integer>> entry : acknowledged.entrySet()) {
        try (ChunkSource source = repository.openDisk(entry.getKey().id(), "disk0")) {
          assertThat(readAll(source)).isEqualTo(BlockPool.disk(entry.getValue()));
          reads.incrementAndGet();
        } catch (NotFoundException e) {
          assertThat(acknowledged).doesNotContainKey(entry.getKey());
        }
      }
    }
    return null;
  }

  private Void sweep(Repository repository, long seed) throws IOException {
    Random random = new Random(~seed);
    while (isTime()) {
      SweepRequest request =
          SweepFixture.THOROUGH.withMaximumUnused(new WasteBudget.Percent(random.nextInt(3) * 10));
      SweepReport report =
          repository
              .sweeper()
              .sweep(
                  request,
                  (phase, done, total) -> {
                    if (ThreadLocalRandom.current().nextInt(200) == 0) {
                      repository.sweeper().stop();
                    }
                  });
      assertThat(report.damaged()).isEmpty();
      sweeps.incrementAndGet();
      dead.addAndGet(report.dead().count());
      compacted.addAndGet(report.compacted().count());
      claimed.addAndGet(report.claimed().count());
    }
    return null;
  }

  private void readEverything(Repository repository) throws IOException {
    assertThat(repository.restorePoints()).hasSameSizeAs(acknowledged.keySet());
    for (Map.Entry<RestorePoint, List<Integer>> entry : acknowledged.entrySet()) {
      assertThat(readDisk(repository, entry.getKey(), "disk0"))
          .isEqualTo(BlockPool.disk(entry.getValue()));
    }
  }
}
