package dozo.repository.sweep;

import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The marks of all packs. Packs that came after the snapshot have marks too, so that no map node is
 * walked twice, but are no candidates for anything. Safe for use by several threads.
 */
final class MarkTable {

  private final PackTable packs;
  private final Collection<PackEntry> candidates;
  private final Map<Integer, PackMarks> marks = new ConcurrentHashMap<>();

  /**
   * Makes a table without marks.
   *
   * @param candidates the packs that were there at the snapshot
   */
  MarkTable(PackTable packs, Collection<PackEntry> candidates) {
    this.packs = packs;
    this.candidates = List.copyOf(candidates);
  }

  /** The marks of a pack, unless it is not in use any more. */
  Optional<PackMarks> find(int number) {
    PackMarks known = marks.get(number);
    return known != null ? Optional.of(known) : packs.find(number).map(this::of);
  }

  PackMarks of(PackEntry pack) {
    return marks.computeIfAbsent(pack.number(), number -> new PackMarks(pack));
  }

  /** The marks of all packs that were there at the snapshot. */
  List<PackMarks> candidates() {
    List<PackMarks> all = new ArrayList<>(candidates.size());
    candidates.forEach(pack -> all.add(of(pack)));
    return all;
  }
}
