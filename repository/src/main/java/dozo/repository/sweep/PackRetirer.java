package dozo.repository.sweep;

import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.PackEntry;
import dozo.repository.storage.PackStorage.RetiredPack;
import dozo.repository.sweep.SweepReport.Packs;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes condemned packs out of use, and empties the trash. For one thread. */
final class PackRetirer {

  private static final Logger log = LoggerFactory.getLogger(PackRetirer.class);

  private final SweepParts parts;
  private final SweepTally tally;

  PackRetirer(SweepParts parts, SweepTally tally) {
    this.parts = parts;
    this.tally = tally;
  }

  /**
   * Puts new packs in the place of condemned ones: in the index, in one transaction; then nobody
   * finds the old ones any more; then their files go to the trash.
   */
  void retire(List<ChunkIndex.Contents> old, List<ChunkIndex.Contents> replacements)
      throws IOException {
    if (old.isEmpty() && replacements.isEmpty()) {
      return;
    }
    List<PackEntry> packs = old.stream().map(ChunkIndex.Contents::pack).toList();
    for (PackEntry pack : packs) {
      rememberDamage(pack);
    }
    parts.index().exchange(replacements, old);
    replacements.forEach(each -> parts.directories().unpin(each.pack()));
    packs.forEach(parts.packs()::remove);
    parts.storage().retire(packs.stream().map(PackEntry::id).toList(), parts.clock().instant());
    for (PackEntry pack : packs) {
      parts.library().forget(pack.id());
      parts.damaged().pardon(pack.number());
      log.info("Retired pack={} kind={} bytes={}", pack.id(), pack.kind(), pack.sizeBytes());
    }
    makeRoom();
  }

  /**
   * Writes down that a pack is damaged, so that it has its full time in the trash, and that nothing
   * else may tell of what it has lost.
   */
  private void rememberDamage(PackEntry pack) throws IOException {
    SortedSet<Long> segments = parts.damaged().offsets(pack.number());
    if (!segments.isEmpty() || parts.library().salvaged().containsKey(pack.id())) {
      parts.doubt().raise();
      parts.damageStore().save(pack, segments);
    }
  }

  /**
   * Deletes retired packs before their time, the oldest first, while the file system is short of
   * room: no restore point needs them. Damaged ones may hold the last of something, and are kept.
   */
  void makeRoom() throws IOException {
    if (!parts.room().isShort()) {
      return;
    }
    Set<UUID> damaged = parts.damageStore().packs();
    List<RetiredPack> oldestFirst = new ArrayList<>(parts.storage().retired());
    oldestFirst.removeIf(pack -> damaged.contains(pack.id()));
    oldestFirst.sort(Comparator.comparing(RetiredPack::at).thenComparing(RetiredPack::id));
    for (RetiredPack pack : oldestFirst) {
      if (!parts.room().isShort()) {
        return;
      }
      delete(List.of(pack));
    }
  }

  /** Deletes what was retired until an instant, and counts what stays. */
  void purge(Instant until) throws IOException {
    List<RetiredPack> old = new ArrayList<>();
    for (RetiredPack pack : parts.storage().retired()) {
      if (!pack.at().isAfter(until)) {
        old.add(pack);
      }
    }
    delete(old);
    tally.trash = Packs.NONE;
    for (RetiredPack pack : parts.storage().retired()) {
      tally.trash = tally.trash.plus(pack.sizeBytes());
    }
  }

  private void delete(List<RetiredPack> packs) throws IOException {
    if (packs.isEmpty()) {
      return;
    }
    Set<RetiredPack> kept = parts.storage().purge(packs).keySet();
    for (RetiredPack pack : packs) {
      if (!kept.contains(pack)) {
        parts.damageStore().forget(pack.id());
        tally.purged = tally.purged.plus(pack.sizeBytes());
        log.info("Purged pack={} bytes={}", pack.id(), pack.sizeBytes());
      }
    }
  }
}
