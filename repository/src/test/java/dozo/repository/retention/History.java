package dozo.repository.retention;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The restore points of a VM, put together for a test. */
final class History {

  private final List<RetentionCandidate> candidates = new ArrayList<>();

  /** Sound restore points of these instants. */
  static List<RetentionCandidate> of(String... instants) {
    History history = new History();
    for (String instant : instants) {
      history.add(Instant.parse(instant), Verification.SOUND, false);
    }
    return history.candidates();
  }

  RetentionCandidate add(Instant created, Verification verification, boolean inUse, Pin... pins) {
    RetentionCandidate candidate =
        new RetentionCandidate(id(candidates.size()), created, verification, inUse, List.of(pins));
    candidates.add(candidate);
    return candidate;
  }

  /** The id of the restore point that was added as that one, from 0. */
  static RestorePointId id(int index) {
    return new RestorePointId(new UUID(0x7000L, 0x8000000000000000L + index));
  }

  List<RetentionCandidate> candidates() {
    return candidates;
  }
}
