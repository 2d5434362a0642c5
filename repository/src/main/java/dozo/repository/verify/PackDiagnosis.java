package dozo.repository.verify;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.pack.Damage;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackSalvager.Salvage;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.pack.WholePack;
import dozo.repository.read.DamageReport;
import dozo.repository.state.Doubt;
import dozo.repository.verify.DamagedPack.Condition;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what is left of a pack that did not read well, and takes the rest out of use at once:
 * no backup refers to it any more, and the next one that brings the data stores it again.
 */
final class PackDiagnosis {

  private static final Logger log = LoggerFactory.getLogger(PackDiagnosis.class);

  private final PackTable packs;
  private final PackLibrary library;
  private final DirectoryCache directories;
  private final ChunkIndex index;
  private final DamageReport report;
  private final Doubt doubt;

  PackDiagnosis(
      PackTable packs,
      PackLibrary library,
      DirectoryCache directories,
      ChunkIndex index,
      DamageReport report,
      Doubt doubt) {
    this.packs = packs;
    this.library = library;
    this.directories = directories;
    this.index = index;
    this.report = report;
    this.doubt = doubt;
  }

  /**
   * Looks at a pack.
   *
   * @param whole reads a whole pack and proves everything in it
   * @return what was found; empty if a sweep has retired the pack since, or if it reads well when
   *     it is read again
   */
  Optional<DamagedPack> diagnose(PackEntry pack, IOException cause, WholeCheck whole)
      throws IOException {
    if (packs.find(pack.number()).isEmpty()) {
      return Optional.empty();
    }
    library.forget(pack.id()); // What was computed before may not be all that is damaged now.
    DamagedPack found;
    if (!(cause instanceof NoSuchFileException) && readsNow(pack, whole)) {
      log.warn("A pack that could not be read is sound now pack={}", pack.id(), cause);
      return Optional.empty();
    }
    doubt.raise(); // The index forgets what may be lost, and other restore points may need it.
    if (cause instanceof NoSuchFileException) {
      found = lost(pack, "The pack is missing");
    } else {
      try {
        found = diagnoseThere(pack, message(cause), whole);
      } catch (IOException e) {
        if (packs.find(pack.number()).isEmpty()) {
          return Optional.empty();
        }
        found = lost(pack, message(e)); // The file system does not even open it.
      }
    }
    log.error(
        "A pack is damaged pack={} condition={} ranges={} bytes={} reason={}",
        pack.id(),
        found.condition(),
        found.ranges(),
        found.bytes(),
        found.reason());
    return Optional.of(found);
  }

  /** Reads a pack and fails unless all of it is right. */
  @FunctionalInterface
  interface WholeCheck {
    void check(WholePack pack) throws IOException;
  }

  private boolean readsNow(PackEntry pack, WholeCheck whole) {
    try (WholePack again = library.openWhole(pack.id(), false)) {
      whole.check(again);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private DamagedPack diagnoseThere(PackEntry pack, String reason, WholeCheck whole)
      throws IOException {
    Optional<List<Damage>> repairs = library.repairs(pack.id());
    if (repairs.isPresent()) {
      try (WholePack repaired = library.openWhole(pack.id(), true)) {
        whole.check(repaired);
        return found(pack, Condition.REPAIRABLE, repairs.get(), reason);
      } catch (IOException e) {
        log.error("A pack that its parity repairs is wrong all the same pack={}", pack.id(), e);
      }
    }
    Optional<PackDirectory> directory = directory(pack);
    Salvage salvage;
    try {
      salvage = library.salvage(pack.id());
    } catch (DozoException e) {
      directory.ifPresent(known -> report.report(pack, known, all(known), e));
      return lost(pack, reason);
    }
    if (directory.isPresent()) {
      List<Integer> lost = missing(directory.get(), salvage.directory());
      report.report(
          pack,
          directory.get(),
          lost,
          new CorruptDataException(
              Fault.of("The segment was found damaged when it was verified")
                  .in("pack " + pack.id())));
    } else {
      // Its segments now lie where their own lists say; the next start counts them anew.
      directories.refresh(pack);
      index.forget(List.of(pack));
    }
    return found(pack, Condition.PARTLY_READABLE, salvage.damages(), reason);
  }

  private Optional<PackDirectory> directory(PackEntry pack) {
    try (WholePack whole = library.openWhole(pack.id(), false)) {
      return Optional.of(whole.directory());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Integer> all(PackDirectory directory) {
    List<Integer> segments = new ArrayList<>();
    for (int s = 0; s < directory.segmentCount(); s++) {
      segments.add(s);
    }
    return segments;
  }

  /** The segments of a directory that were not salvaged as it says. */
  private static List<Integer> missing(PackDirectory directory, PackDirectory salvaged) {
    Map<Long, Integer> there = new HashMap<>();
    for (int s = 0; s < salvaged.segmentCount(); s++) {
      there.put(salvaged.offset(s), s);
    }
    List<Integer> missing = new ArrayList<>();
    for (int s = 0; s < directory.segmentCount(); s++) {
      Integer other = there.get(directory.offset(s));
      if (other == null || !isSame(directory, s, salvaged, other)) {
        missing.add(s);
      }
    }
    return missing;
  }

  private static boolean isSame(PackDirectory left, int segment, PackDirectory right, int other) {
    int count = left.chunkCount(segment);
    boolean same = count == right.chunkCount(other);
    for (int i = 0; same && i < count; i++) {
      int a = left.firstChunk(segment) + i;
      int b = right.firstChunk(other) + i;
      same = left.id(a).equals(right.id(b)) && left.length(a) == right.length(b);
    }
    return same;
  }

  /** Takes a pack out of use for as long as this process runs; the next start tries it again. */
  private DamagedPack lost(PackEntry pack, String reason) throws IOException {
    packs.remove(pack);
    directories.drop(pack);
    index.forget(List.of(pack));
    return new DamagedPack(pack.id(), Condition.LOST, 1, pack.sizeBytes(), reason);
  }

  private static DamagedPack found(
      PackEntry pack, Condition condition, List<Damage> damages, String reason) {
    long bytes = damages.stream().mapToLong(Damage::lengthBytes).sum();
    return new DamagedPack(pack.id(), condition, damages.size(), bytes, reason);
  }

  private static String message(IOException e) {
    return e instanceof DozoException known ? known.fault().what() : String.valueOf(e.getMessage());
  }
}
