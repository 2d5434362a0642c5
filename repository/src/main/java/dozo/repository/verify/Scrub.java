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
            parts.packs(), parts.library(), parts.directories(), parts.index(), parts.report());
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
        } else if (read(pack, whole -> reading.readAll(whole, sink(pack, whole.directory())))) {
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
        read(
            pack,
            whole ->
                reading.readSegments(
                    whole,
                    segment -> needed.contains(pack.number(), whole.directory().offset(segment)),
                    sink(pack, whole.directory())));
      }
      progress.accept(length);
    }
  }

  private PackReading.UnprovenSink sink(PackEntry pack, PackDirectory directory) {
    return (int segment, ChunkId id) ->
        unproven.add(
            id,
            new ChunkLocation(
                pack.number(), directory.offset(segment), directory.sealedLength(segment)));
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
      Optional<DamagedPack> found =
          diagnosis.diagnose(
              pack, e, whole -> reading.readAll(whole, sink(pack, whole.directory())));
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
