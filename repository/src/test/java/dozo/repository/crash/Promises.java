package dozo.repository.crash;

import dozo.format.manifest.RestorePointId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was asked for and what was promised, and at which place of the journal. Something that was
 * begun may be seen or not; something that is done is what is seen, until the next is begun.
 *
 * <p>Safe for use by several threads.
 */
final class Promises {

  /** No value. */
  static final String NONE = "";

  /** What a restore point or a manifest in the trash is. */
  static final String THERE = "there";

  /** The beginning of the name of a restore point in the trash. */
  static final String TRASHED = "trashed ";

  /** The beginning of the name of a restore point whose deletion for good was begun. */
  static final String PURGED = "purged ";

  /** What a restore point has become that was forgotten. */
  static final String GONE = "gone";

  /** The beginning of the name of a group of which a restore point may have been forgotten. */
  static final String UNGROUPED = "ungrouped ";

  /** The beginning of a state entry's name. */
  static final String STATE = "state ";

  /** The beginning of a restore point's name. */
  static final String RESTORE_POINT = "restore point ";

  private final Map<String, List<Note>> notes = new TreeMap<>();

  private record Note(int position, boolean done, String value) {}

  /** From here on something may have a value. */
  synchronized void begin(String what, String value, int position) {
    notes.computeIfAbsent(what, key -> new ArrayList<>()).add(new Note(position, false, value));
  }

  /** From here on something has a value. */
  synchronized void done(String what, String value, int position) {
    notes.computeIfAbsent(what, key -> new ArrayList<>()).add(new Note(position, true, value));
  }

  /** The values that something may have at a place, {@link #NONE} standing for none. */
  synchronized Set<String> allowed(String what, int position) {
    Set<String> allowed = new HashSet<>(Set.of(NONE));
    for (Note note : notes.getOrDefault(what, List.of())) {
      if (note.position <= position) {
        if (note.done) {
          allowed.clear();
        }
        allowed.add(note.value);
      }
    }
    return allowed;
  }

  /** What holds at a place, as the beginning of another journal. */
  synchronized Promises at(int position) {
    Promises later = new Promises();
    for (String what : notes.keySet()) {
      Set<String> values = allowed(what, position);
      values.stream().findFirst().ifPresent(value -> later.done(what, value, 0));
      values.forEach(value -> later.begin(what, value, 0));
    }
    return later;
  }

  /** What notes have been made of, by the beginning of the name. */
  synchronized List<String> names(String beginning) {
    return notes.keySet().stream().filter(name -> name.startsWith(beginning)).toList();
  }

  /** A restore point was acknowledged. */
  void acknowledge(RestorePointId id, int position) {
    done(RESTORE_POINT + id, THERE, position);
  }

  /** The ids of restore points that must be there at a place. */
  Set<String> acknowledged(int position) {
    return restorePoints(Set.of(THERE), position);
  }

  /** The ids of restore points that must not be there at a place any more. */
  Set<String> forgotten(int position) {
    return restorePoints(Set.of(GONE), position);
  }

  /** The ids of restore points that were acknowledged, and that nobody has begun to purge. */
  Set<String> kept(int position) {
    Set<String> ids = new HashSet<>();
    for (String name : names(RESTORE_POINT)) {
      String id = name.substring(RESTORE_POINT.length());
      if (!allowed(name, position).contains(NONE)
          && !allowed(PURGED + id, position).contains(GONE)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private Set<String> restorePoints(Set<String> values, int position) {
    Set<String> ids = new HashSet<>();
    for (String name : names(RESTORE_POINT)) {
      if (allowed(name, position).equals(values)) {
        ids.add(name.substring(RESTORE_POINT.length()));
      }
    }
    return ids;
  }
}
