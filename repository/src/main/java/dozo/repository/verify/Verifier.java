package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.retention.Verification;
import dozo.repository.verify.VerifyListener.Phase;
import dozo.repository.work.StopSignal;
import dozo.repository.work.StopSignal.StoppedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies restore points: reads the packs that hold their data, each once, and then walks the maps
 * to tell which ranges of which disks cannot be had any more.
 *
 * <p>For one thread at a time; several may verify at once.
 */
public final class Verifier {

  private static final Logger log = LoggerFactory.getLogger(Verifier.class);

  private final VerifyParts parts;

  /** Makes a verifier. */
  public Verifier(VerifyParts parts) {
    this.parts = parts;
  }

  /**
   * Verifies. What turns out to be damaged leaves the index at once.
   *
   * @param brokenFiles what is known to be broken besides, at any moment
   * @param stop ends it soon; what was verified by then need not be again, if the request has an
   *     age
   * @throws IOException if the fault lies not with the repository's data
   */
  public VerifyReport verify(
      VerifyRequest request, BrokenFiles brokenFiles, VerifyListener listener, StopSignal stop)
      throws IOException {
    List<RestorePoint> all = parts.catalogue().all();
    List<RestorePoint> points = all.stream().filter(request.which()).toList();
    Set<String> domains = all.stream().map(RestorePoint::domain).collect(Collectors.toSet());
    UnprovenChunks unproven = new UnprovenChunks();
    Steps steps = new Steps(listener);
    PointVerifier walk = walk(new Distrust(unproven), stop, steps);
    try (Scrub scrub = new Scrub(parts, domains, unproven, request.bytesPerSecond(), stop, steps)) {
      boolean stopped = false;
      OptionalLong settled = OptionalLong.empty();
      try {
        if (request.readsData()) {
          read(request, points, scrub, stop, steps);
        }
        steps.begin(Phase.TELLING, PointVerifier.dataBytes(points));
        long doubts = parts.doubt().times();
        walk.verify(points, id -> parts.catalogue().find(id).isPresent());
        settled = points.size() == all.size() ? OptionalLong.of(doubts) : OptionalLong.empty();
      } catch (StoppedException e) {
        stopped = true;
      }
      remember(request, walk, settled);
      return new VerifyReport(
          walk.verified(),
          walk.broken(),
          walk.nodes(),
          walk.chunks(),
          walk.bytes(),
          scrub.packs(),
          scrub.bytes(),
          scrub.fresh(),
          scrub.damaged(),
          walk.damages(),
          walk.moreDamages(),
          brokenFiles.except(ids(scrub.damaged())),
          stopped);
    }
  }

  /**
   * Remembers what was found.
   *
   * @param settled how often there had been doubt when it was begun to look at all restore points;
   *     empty if some were not looked at
   */
  private void remember(VerifyRequest request, PointVerifier walk, OptionalLong settled) {
    Map<RestorePointId, Verification> found = new HashMap<>();
    walk.broken().forEach(id -> found.put(id, Verification.DAMAGED));
    for (RestorePoint point : walk.whole()) {
      if (request.readsData()) {
        found.put(point.id(), Verification.SOUND);
      } else if (parts.verified().find(point).filter(last -> !last.isSound()).isPresent()) {
        found.put(point.id(), Verification.NEVER); // All of it is there, but was not read.
      }
    }
    try {
      parts.verified().record(found, parts.catalogue().all(), parts.clock().instant());
      if (settled.isPresent()) {
        parts.doubt().settle(settled.getAsLong());
      }
    } catch (IOException e) {
      parts.doubt().raise();
      log.error("What was found of restore points cannot be written down", e);
    }
  }

  /**
   * Those of some restore points that need a chunk which cannot be had as far as is known now. Maps
   * are read, and data is not; nothing is remembered.
   *
   * @throws IOException if the fault lies not with the repository's data
   */
  Set<RestorePointId> unreadable(List<RestorePoint> points) throws IOException {
    PointVerifier walk = walk(new Distrust(new UnprovenChunks()), new StopSignal(), bytes -> {});
    walk.verify(points, id -> parts.catalogue().find(id).isPresent());
    return Set.copyOf(walk.broken());
  }

  private static Set<UUID> ids(List<DamagedPack> packs) {
    return packs.stream().map(DamagedPack::id).collect(Collectors.toSet());
  }

  private void read(
      VerifyRequest request, List<RestorePoint> points, Scrub scrub, StopSignal stop, Steps steps)
      throws IOException {
    if (request.isEverything()) {
      List<PackEntry> packs = parts.packs().entries();
      steps.begin(Phase.READING, packs.stream().mapToLong(PackEntry::sizeBytes).sum());
      scrub.readWhole(packs, request.age());
    } else {
      NeededSegments needed = new NeededSegments();
      steps.begin(Phase.FINDING, PointVerifier.dataBytes(points));
      walk(new Finding(needed), stop, steps)
          .verify(points, id -> parts.catalogue().find(id).isPresent());
      steps.begin(Phase.READING, needed.bytes());
      scrub.readNeeded(needed, request.age());
    }
  }

  private PointVerifier walk(ChunkChecker.Places places, StopSignal stop, LongConsumer progress) {
    return new PointVerifier(
        parts.fetcher(), parts.keys().get()::domainKeys, places, parts.leases(), stop, progress);
  }

  /** Notes where the chunks are. */
  private record Finding(NeededSegments needed) implements ChunkChecker.Places {

    @Override
    public void distrust(ChunkId id) {}

    @Override
    public void found(ChunkLocation segment) {
      needed.add(segment);
    }
  }

  /** Takes chunks out of use that are needed and were not proved. */
  private final class Distrust implements ChunkChecker.Places {

    private final UnprovenChunks unproven;

    Distrust(UnprovenChunks unproven) {
      this.unproven = unproven;
    }

    @Override
    public void distrust(ChunkId id) {
      unproven.take(id).ifPresent(segment -> takeOut(id, segment));
    }

    private void takeOut(ChunkId id, ChunkLocation segment) {
      parts
          .packs()
          .find(segment.pack())
          .ifPresent(pack ->
              parts
                  .report()
                  .report(
                      pack,
                      segment,
                      List.of(),
                      new CorruptDataException(
                          Fault.of("A chunk is not what its id says")
                              .in("chunk " + id + " in pack " + pack.id())
                              .at(segment.segmentOffset()))));
    }

    @Override
    public void found(ChunkLocation segment) {}
  }

  /** Tells a listener how far each phase is. */
  private static final class Steps implements LongConsumer {

    private final VerifyListener listener;
    private Phase phase = Phase.FINDING;
    private long done;
    private long total;

    Steps(VerifyListener listener) {
      this.listener = listener;
    }

    void begin(Phase next, long bytes) {
      phase = next;
      done = 0;
      total = bytes;
      listener.progress(phase, done, total);
    }

    @Override
    public void accept(long bytes) {
      done += bytes;
      listener.progress(phase, done, total);
    }
  }
}
