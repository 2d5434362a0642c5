package dozo.repository.sweep;

import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.readAll;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static dozo.repository.sweep.SweepFixture.verify;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.ChunkSource;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.crash.Machine;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.prune.PruneReport;
import dozo.repository.prune.PruneRequest;
import dozo.repository.retention.Pin;
import dozo.repository.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random work on a repository beside a simple model of it in memory: backups that share data, of
 * which some are left open and some send their changes only, pruning, pins, undelete, sweeping with
 * compaction, readers in the middle, verifying, opening again with the index or without, and power
 * cuts. The disk is simulated: what was done is there after a power cut, and nothing else. A
 * failure prints its seed, which {@code -Ddozo.test.seed=} takes; {@code -Ddozo.test.operations=}
 * says how many operations there are.
 */
final class SweepModelTest {

  private static final int OPERATIONS = 10_000;
  private static final int BLOCKS = 120;
  private static final int VMS = 6;
  private static final int MOST_POINTS = 40;
  private static final int MOST_OPEN = 3;
  private static final Duration KEEP = Duration.ofHours(10);

  @TempDir Path directory;

  /** What is in the repository. */
  private final Map<RestorePointId, List<Integer>> points = new TreeMap<>();

  /** What was forgotten and not yet purged. */
  private final Map<RestorePointId, List<Integer>> trash = new TreeMap<>();

  private final Map<RestorePointId, Pin> pins = new LinkedHashMap<>();
  private final List<OpenBackup> sessions = new ArrayList<>();
  private final List<OpenReader> readers = new ArrayList<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private Random random = new Random();

  /** A backup that is under way; of what has changed since its base, if it has one. */
  private record OpenBackup(
      IngestSession session, List<Integer> blocks, @Nullable RestorePointId base, int sentBlocks) {
    OpenBackup sent(int count) {
      return new OpenBackup(session, blocks, base, count);
    }
  }

  private record OpenReader(ChunkSource source, RestorePointId point, List<Integer> blocks) {}

  @Test
  void doesWhatTheModelDoes() throws IOException {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    random = new Random(seed);
    Machine machine = Machine.withoutJournal(directory);
    SweepFixture fixture = new SweepFixture(directory, machine.start());
    int operations = Integer.getInteger("dozo.test.operations", OPERATIONS);
    int number = 0;
    try {
      Repository repository = fixture.open();
      try {
        for (; number < operations; number++) {
          repository = step(repository, fixture, machine);
        }
        endAll();
        check(repository);
        verify(repository);
        fixture.clock().forward(KEEP.multipliedBy(2));
        requireNoLeak(repository);
        trash.clear();
        check(repository);
      } finally {
        repository.close();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("Operation " + number + ": rerun with -Ddozo.test.seed=" + seed, e);
    }
    System.out.printf("SweepModelTest: %d operations %s, seed %d%n", number, done, seed);
  }

  private Repository step(Repository repository, SweepFixture fixture, Machine machine)
      throws IOException {
    int kind = random.nextInt(1000);
    if (kind < 3) {
      return count("reopen", reopen(repository, fixture, kind == 0));
    } else if (kind < 6) {
      return count("power cut", cutPower(repository, fixture, machine));
    } else if (kind < 8) {
      verify(repository);
      count("verify", repository);
    } else if (kind < 18) {
      askForSpace(repository);
      count("space", repository);
    } else if (kind < 78) {
      sweep(repository, fixture);
      count("sweep", repository);
    } else if (kind < 118) {
      prune(repository);
      count("prune", repository);
    } else if (kind < 168) {
      undelete(repository);
      count("undelete", repository);
    } else if (kind < 200) {
      pinOrUnpin(repository);
      count("pin", repository);
    } else if (kind < 280) {
      fixture.clock().forward(Duration.ofMinutes(random.nextInt(120)));
      count("clock", repository);
    } else if (kind < 380) {
      openOrCloseReader(repository);
      count("reader", repository);
    } else if (kind < 560) {
      readOne(repository);
      count("read", repository);
    } else if (kind < 650) {
      beginOrEndSession(repository);
      count("session", repository);
    } else if (points.size() > MOST_POINTS || kind < 750) {
      forgetOne(repository);
      count("forget", repository);
    } else {
      backUp(repository);
      count("backup", repository);
    }
    return repository;
  }

  private Repository count(String what, Repository repository) {
    done.merge(what, 1, Integer::sum);
    return repository;
  }

  /** Blocks of an earlier restore point, or one that was forgotten, with some changed. */
  private List<Integer> blocks() {
    List<List<Integer>> before = new ArrayList<>(points.values());
    before.addAll(trash.values());
    if (before.isEmpty() || random.nextInt(4) == 0) {
      return BlockPool.draw(random, 1 + random.nextInt(6), BLOCKS);
    }
    List<Integer> blocks = new ArrayList<>(before.get(random.nextInt(before.size())));
    for (int i = random.nextInt(3); i > 0; i--) {
      blocks.set(random.nextInt(blocks.size()), random.nextInt(BLOCKS));
    }
    return blocks;
  }

  private void backUp(Repository repository) throws IOException {
    List<Integer> blocks = blocks();
    RestorePoint point =
        TestRepository.backUp(
            repository, vm(random.nextInt(VMS)), Map.of("disk0", BlockPool.disk(blocks)));
    points.put(point.id(), blocks);
  }

  /** Begins a backup, of changes only or of everything, and sends a part; or ends one. */
  private void beginOrEndSession(Repository repository) throws IOException {
    if (sessions.size() < MOST_OPEN && random.nextBoolean()) {
      OpenBackup backup =
          points.isEmpty() || random.nextBoolean()
              ? beginWhole(repository)
              : beginOnBase(repository, any(points.keySet()));
      int sent = random.nextInt(backup.blocks.size() + 1);
      send(backup, 0, sent);
      sessions.add(backup.sent(sent));
    } else if (!sessions.isEmpty()) {
      OpenBackup backup = sessions.remove(random.nextInt(sessions.size()));
      if (random.nextInt(4) == 0) {
        backup.session.close();
        return;
      }
      send(backup, backup.sentBlocks, backup.blocks.size());
      backup.session.stream("disk0").end();
      points.put(commit(backup.session).restorePoint().id(), backup.blocks);
    }
  }

  private OpenBackup beginWhole(Repository repository) throws IOException {
    List<Integer> blocks = blocks();
    IngestSession session =
        repository.beginSession(
            request(vm(random.nextInt(VMS)), Map.of("disk0", BlockPool.disk(blocks)), Map.of()));
    return new OpenBackup(session, blocks, null, 0);
  }

  private OpenBackup beginOnBase(Repository repository, RestorePointId base) throws IOException {
    List<Integer> blocks = new ArrayList<>(blocksOf(base));
    for (int i = random.nextInt(3); i > 0; i--) {
      blocks.set(random.nextInt(blocks.size()), random.nextInt(BLOCKS));
    }
    if (random.nextInt(3) == 0) {
      blocks.add(random.nextInt(BLOCKS));
    }
    VmRef vm = repository.restorePoint(base).orElseThrow().vm();
    DiskSpec disk =
        request(vm, Map.of("disk0", BlockPool.disk(blocks)), Map.of()).disks().getFirst();
    IngestSession session =
        repository.beginSession(
            new SessionRequest(
                vm,
                "default",
                List.of(
                    new DiskSpec(
                        "disk0",
                        disk.geometry(),
                        disk.identity(),
                        Optional.of(new BaseRef(base, "disk0")))),
                List.of(),
                Consistency.NONE,
                new TreeMap<>()));
    assertThat(session.stream("disk0").noBase()).isEmpty();
    return new OpenBackup(session, blocks, base, 0);
  }

  private void send(OpenBackup backup, int from, int to) {
    IngestStream stream = backup.session.stream("disk0");
    List<Integer> base = backup.base == null ? List.of() : blocksOf(backup.base);
    for (int i = from; i < to; i++) {
      byte[] block = BlockPool.disk(backup.blocks.subList(i, i + 1));
      if (i < base.size() && base.get(i).equals(backup.blocks.get(i))) {
        stream.keep(block.length, () -> {});
      } else {
        stream.data(block, 0, block.length, () -> {});
      }
    }
  }

  private void readOne(Repository repository) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    RestorePointId id = any(points.keySet());
    RestorePoint point = repository.restorePoint(id).orElseThrow();
    assertThat(readDisk(repository, point, "disk0")).isEqualTo(BlockPool.disk(blocksOf(id)));
  }

  private void openOrCloseReader(Repository repository) throws IOException {
    if (readers.size() < MOST_OPEN && !points.isEmpty() && random.nextBoolean()) {
      RestorePointId id = any(points.keySet());
      readers.add(new OpenReader(repository.openDisk(id, "disk0"), id, blocksOf(id)));
    } else if (!readers.isEmpty()) {
      OpenReader reader = readers.get(random.nextInt(readers.size()));
      assertThat(readAll(reader.source)).isEqualTo(BlockPool.disk(reader.blocks));
      if (random.nextBoolean()) {
        readers.remove(reader);
        reader.source.close();
      }
    }
  }

  private List<Integer> blocksOf(RestorePointId id) {
    return requireNonNull(points.get(id));
  }

  private boolean isRead(RestorePointId id) {
    return readers.stream().anyMatch(reader -> reader.point.equals(id))
        || sessions.stream().anyMatch(backup -> id.equals(backup.base));
  }

  private void forgetOne(Repository repository) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    RestorePointId id = any(points.keySet());
    boolean isKept = pins.containsKey(id) || isRead(id);
    try {
      repository.pruner().forget(id);
      assertThat(isKept).isFalse();
      trash.put(id, points.remove(id));
    } catch (IllegalStateException e) {
      assertThat(isKept).isTrue();
    }
  }

  private void prune(Repository repository) throws IOException {
    RetentionPolicy policy =
        RetentionPolicy.parse(
            switch (random.nextInt(3)) {
              case 0 -> "keep-last=" + (1 + random.nextInt(8));
              case 1 -> "keep-hourly=" + (2 + random.nextInt(5));
              default -> "keep-within=" + (1 + random.nextInt(20)) + "h";
            });
    PruneRequest request = PruneRequest.all(policy, ZoneOffset.UTC);
    PruneReport planned = repository.pruner().prune(request.dryRun());
    PruneReport report = repository.pruner().prune(request);
    assertThat(report.vms()).isEqualTo(planned.vms());
    for (PruneReport.Vm vm : report.vms()) {
      assertThat(vm.sparedInUse()).isEmpty();
      for (RestorePointId id : vm.forgotten()) {
        assertThat(pins).doesNotContainKey(id);
        assertThat(isRead(id)).isFalse();
        assertThat(points).containsKey(id);
        trash.put(id, points.remove(id));
      }
    }
  }

  private void undelete(Repository repository) throws IOException {
    assertThat(repository.pruner().trashed().stream().map(TrashedPoint::id))
        .containsExactlyInAnyOrderElementsOf(trash.keySet());
    if (!trash.isEmpty()) {
      RestorePointId id = any(trash.keySet());
      assertThat(repository.pruner().undelete(id).id()).isEqualTo(id);
      points.put(id, trash.remove(id));
    }
  }

  private void pinOrUnpin(Repository repository) throws IOException {
    if (pins.size() < MOST_OPEN && !points.isEmpty() && random.nextBoolean()) {
      RestorePointId id = any(points.keySet());
      if (!pins.containsKey(id)) {
        pins.put(id, repository.pruner().pin(id, null, "model", "test"));
      }
    } else if (!pins.isEmpty()) {
      RestorePointId id = any(pins.keySet());
      repository.pruner().unpin(requireNonNull(pins.remove(id)).id());
    }
  }

  private void sweep(Repository repository, SweepFixture fixture) throws IOException {
    WasteBudget budget =
        switch (random.nextInt(4)) {
          case 0 -> new WasteBudget.Bytes(0);
          case 1 -> new WasteBudget.Unlimited();
          default -> new WasteBudget.Percent(random.nextInt(50));
        };
    SweepRequest request =
        SweepRequest.standard()
            .withMaximumUnused(budget)
            .withKeeping(random.nextInt(5) == 0 ? Duration.ZERO : KEEP, Duration.ofHours(1));
    if (random.nextInt(10) == 0) {
      SweepReport planned = repository.sweeper().sweep(request.dryRun(), SweepListener.NONE);
      assertThat(planned.damaged()).isEmpty();
    }
    boolean stops = random.nextInt(5) == 0;
    SweepReport report =
        repository
            .sweeper()
            .sweep(
                request,
                (phase, now, total) -> {
                  if (stops && random.nextInt(3) == 0) {
                    repository.sweeper().stop();
                  }
                });
    assertThat(report.damaged()).isEmpty();
    assertThat(report.leftAlone()).isZero();
    Set<RestorePointId> left = new HashSet<>();
    repository.pruner().trashed().forEach(each -> left.add(each.id()));
    if (request.keepRestorePoints().isZero()) {
      assertThat(left).isEmpty();
    }
    for (TrashedPoint each : repository.pruner().trashed()) {
      assertThat(each.retired())
          .isAfter(fixture.clock().instant().minus(request.keepRestorePoints()));
    }
    trash.keySet().retainAll(left);
  }

  private void askForSpace(Repository repository) throws IOException {
    Set<RestorePointId> asked =
        points.keySet().stream().filter(id -> random.nextBoolean()).collect(Collectors.toSet());
    SpaceModel.of(repository).check(repository.space(asked), asked);
  }

  private Repository reopen(Repository repository, SweepFixture fixture, boolean withoutIndex)
      throws IOException {
    endAll();
    repository.close();
    if (withoutIndex) {
      Files.delete(directory.resolve("index/data.mdb"));
    }
    Repository opened = fixture.open();
    check(opened);
    return opened;
  }

  private Repository cutPower(Repository repository, SweepFixture fixture, Machine machine)
      throws IOException {
    machine.cutPower(random.nextLong());
    endAll();
    try {
      repository.close();
    } catch (IOException e) {
      // Its process is dead: what it still tried has changed nothing.
    }
    Repository opened = fixture.with(machine.start()).open();
    check(opened);
    return opened;
  }

  private void endAll() throws IOException {
    for (OpenReader reader : readers) {
      reader.source.close();
    }
    readers.clear();
    sessions.forEach(backup -> backup.session.close());
    sessions.clear();
  }

  private void check(Repository repository) throws IOException {
    assertThat(repository.restorePoints().stream().map(RestorePoint::id))
        .containsExactlyElementsOf(points.keySet());
    assertThat(repository.pruner().trashed().stream().map(TrashedPoint::id))
        .containsExactlyInAnyOrderElementsOf(trash.keySet());
    assertThat(repository.pruner().pins().stream().map(Pin::id))
        .containsExactlyInAnyOrderElementsOf(pins.values().stream().map(Pin::id).toList());
  }

  private <T extends Comparable<T>> T any(Set<T> of) {
    List<T> sorted = of.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.get(random.nextInt(sorted.size()));
  }
}
