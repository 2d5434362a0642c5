package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.verify.VerifyListener.Phase;
import dozo.repository.work.StopSignal;
import dozo.repository.work.StopSignal.StoppedException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Verifies restore points: reads the packs that hold their data, each once, and then walks the maps
 * to tell which ranges of which disks cannot be had any more.
 *
 * <p>For one thread at a time; several may verify at once.
 */
public final class Verifier {

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
    List<RestorePoint> points = parts.catalogue().all().stream().filter(request.which()).toList();
    Set<String> domains =
        parts.catalogue().all().stream().map(RestorePoint::domain).collect(Collectors.toSet());
    UnprovenChunks unproven = new UnprovenChunks();
    Steps steps = new Steps(listener);
    PointVerifier walk = walk(new Distrust(unproven), stop, steps);
    try (Scrub scrub = new Scrub(parts, domains, unproven, request.bytesPerSecond(), stop, steps)) {
      boolean stopped = false;
      try {
        if (request.readsData()) {
          read(request, points, scrub, stop, steps);
        }
        steps.begin(Phase.TELLING, PointVerifier.dataBytes(points));
        walk.verify(points, id -> parts.catalogue().find(id).isPresent());
      } catch (StoppedException e) {
        stopped = true;
      }
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

  private static Set<UUID> ids(List<DamagedPack> packs) {
    return packs.stream().map(DamagedPack::id).collect(Collectors.toSet());
  }

  /**
   * Those of some restore points that need a chunk which is in no pack, or in a damaged segment.
   * Maps are read, and data is not.
   *
   * @throws IOException if the fault lies not with the repository's data
   */
  public Set<RestorePointId> unreadable(List<RestorePoint> points) throws IOException {
    Set<RestorePointId> asked =
        points.stream().map(RestorePoint::id).collect(Collectors.toUnmodifiableSet());
    VerifyRequest request = VerifyRequest.some(point -> asked.contains(point.id()), false);
    return Set.copyOf(
        verify(request, packs -> List.of(), VerifyListener.NONE, new StopSignal())
            .brokenRestorePoints());
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
