package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.FormatTooNewException;
import dozo.format.key.KeyRing;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.WholePack;
import dozo.repository.work.Lender;
import dozo.repository.work.Pace;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;

/**
 * Reads packs, each once and in the order of their numbers, whatever number of restore points need
 * them. For one thread, and one use.
 */
final class Scrub implements AutoCloseable {

  /** So much is read between two times that what was verified is written down. */
  private static final long SAVE_BYTES = 16L << 30;

  private final VerifyParts parts;
  private final UnprovenChunks unproven;
  private final LongConsumer progress;
  private final Lender<SegmentProver> provers;
  private final PackReading reading;
  private final PackDiagnosis diagnosis;
  private final List<DamagedPack> damaged = new ArrayList<>();
  private int packs;
  private long bytes;
  private int fresh;
  private long unsavedBytes;

  /**
   * Prepares to read.
   *
   * @param domains the dedup domains whose keys prove ids
   * @param unproven gets what they do not prove
   * @param progress hears of bytes of packs that were read
   */
  Scrub(
      VerifyParts parts,
      Set<String> domains,
      UnprovenChunks unproven,
      long bytesPerSecond,
      StopSignal stop,
      LongConsumer progress) {
    this.parts = parts;
    this.unproven = unproven;
    this.progress = progress;
    KeyRing ring = parts.keys().get();
    this.provers =
        new Lender<>(() -> new SegmentProver(domains.stream().map(ring::domainKeys).toList()));
    this.reading = new PackReading(parts.pool(), provers, new Pace(bytesPerSecond, stop));
    this.diagnosis =
        new PackDiagnosis(
            parts.packs(),
            parts.library(),
            parts.directories(),
            parts.index(),
            parts.report(),
            parts.doubt());
  }

  /** Whether a pack was found sound no longer ago than that. */
  boolean isFresh(PackEntry pack, Duration age) {
    return parts.times().isFresh(pack.id(), age, parts.clock().instant());
  }

  /** Reads whole packs. */
  void readWhole(List<PackEntry> entries, Duration age) throws IOException {
    try {
      for (PackEntry pack : entries) {
        if (isFresh(pack, age)) {
          fresh++;
        } else if (read(pack, whole -> readAll(pack, whole))) {
          parts.times().sound(pack.id(), parts.clock().instant());
        } else {
          parts.times().unsound(pack.id());
        }
        progress.accept(pack.sizeBytes());
        unsavedBytes += pack.sizeBytes();
        if (unsavedBytes >= SAVE_BYTES) {
          save();
        }
      }
    } finally {
      save();
    }
  }

  /** Reads only the segments that are needed. */
  void readNeeded(NeededSegments needed, Duration age) throws IOException {
    for (PackEntry pack : parts.packs().entries()) {
      long length = needed.bytes(pack.number());
      if (length > 0 && isFresh(pack, age)) {
        fresh++;
      } else if (length > 0) {
        read(pack, whole -> readNeeded(pack, whole, needed));
      }
      progress.accept(length);
    }
  }

  private void readAll(PackEntry pack, WholePack whole) throws IOException {
    Doubts doubts = new Doubts(pack, whole.directory());
    reading.readAll(whole, doubts);
    parts.report().reinstate(pack, whole.directory(), doubts::areNone);
  }

  private void readNeeded(PackEntry pack, WholePack whole, NeededSegments needed)
      throws IOException {
    PackDirectory directory = whole.directory();
    IntPredicate wanted = segment -> needed.contains(pack.number(), directory.offset(segment));
    Doubts doubts = new Doubts(pack, directory);
    reading.readSegments(whole, wanted, doubts);
    parts.report().reinstate(pack, directory, wanted.and(doubts::areNone));
  }

  /** Takes note of chunks whose ids were not proved, and of their segments. */
  private final class Doubts implements PackReading.UnprovenSink {

    private final PackEntry pack;
    private final PackDirectory directory;
    private final Set<Integer> segments = ConcurrentHashMap.newKeySet();

    Doubts(PackEntry pack, PackDirectory directory) {
      this.pack = pack;
      this.directory = directory;
    }

    @Override
    public void unproven(int segment, ChunkId id) {
      segments.add(segment);
      long offset = directory.offset(segment);
      unproven.add(id, new ChunkLocation(pack.number(), offset, directory.sealedLength(segment)));
    }

    boolean areNone(int segment) {
      return !segments.contains(segment);
    }
  }

  /** Reads a pack as it is in its file; returns whether it is sound. */
  private boolean read(PackEntry pack, PackDiagnosis.WholeCheck check) throws IOException {
    packs++;
    bytes += pack.sizeBytes();
    try (WholePack whole = parts.library().openWhole(pack.id(), false)) {
      check.check(whole);
      return true;
    } catch (FormatTooNewException e) {
      throw e;
    } catch (IOException e) {
      Optional<DamagedPack> found = diagnosis.diagnose(pack, e, whole -> readAll(pack, whole));
      found.ifPresent(damaged::add);
      return found.isEmpty();
    }
  }

  private void save() {
    unsavedBytes = 0;
    Set<UUID> there = new HashSet<>();
    parts.packs().entries().forEach(pack -> there.add(pack.id()));
    parts.times().save(there);
  }

  int packs() {
    return packs;
  }

  long bytes() {
    return bytes;
  }

  int fresh() {
    return fresh;
  }

  List<DamagedPack> damaged() {
    return damaged;
  }

  @Override
  public void close() {
    provers.close();
  }
}
