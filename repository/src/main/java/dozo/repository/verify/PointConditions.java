package dozo.repository.verify;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.prune.KnownConditions;
import dozo.repository.retention.Verification;
import dozo.repository.storage.PackStorage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * What is known of the data of restore points: what verifying them found, and what is known to be
 * damaged now. Only while anything is, their maps are walked.
 *
 * <p>Safe for use by several threads.
 */
public final class PointConditions implements KnownConditions {

  private final VerifyParts parts;
  private final Verifier verifier;
  private final PackStorage storage;
  private final DamagedSegments damaged;
  private final BooleanSupplier isAnyUnreadable;

  /**
   * Prepares to tell.
   *
   * @param isAnyUnreadable whether there are packs that cannot be used, or not wholly
   */
  public PointConditions(
      VerifyParts parts,
      Verifier verifier,
      PackStorage storage,
      DamagedSegments damaged,
      BooleanSupplier isAnyUnreadable) {
    this.parts = parts;
    this.verifier = verifier;
    this.storage = storage;
    this.damaged = damaged;
    this.isAnyUnreadable = isAnyUnreadable;
  }

  /** What was found when a restore point was verified last. */
  public Verification recorded(RestorePoint point) {
    return parts
        .verified()
        .find(point)
        .map(found -> found.isSound() ? Verification.SOUND : Verification.DAMAGED)
        .orElse(Verification.NEVER);
  }

  @Override
  public Map<RestorePointId, Verification> recorded(List<RestorePoint> points) {
    Map<RestorePointId, Verification> conditions = new HashMap<>();
    points.forEach(point -> conditions.put(point.id(), recorded(point)));
    return conditions;
  }

  /**
   * What is known of restore points now. One that was found broken stays so until it is verified
   * again, and any that needs what cannot be had now is.
   *
   * @throws IOException if it cannot be found out, and not for damage
   */
  @Override
  public Map<RestorePointId, Verification> now(List<RestorePoint> points) throws IOException {
    Map<RestorePointId, Verification> conditions = recorded(points);
    if (!points.isEmpty() && isAnythingDamaged()) {
      List<RestorePoint> inDoubt =
          points.stream()
              .filter(point -> conditions.get(point.id()) != Verification.DAMAGED)
              .toList();
      verifier.unreadable(inDoubt).forEach(id -> conditions.put(id, Verification.DAMAGED));
    }
    return conditions;
  }

  private boolean isAnythingDamaged() throws IOException {
    return damaged.size() > 0
        || parts.doubt().isRaised()
        || isAnyUnreadable.getAsBoolean()
        || isAnyMissing();
  }

  /** Whether a pack is not there as it was, which nobody may have met yet. */
  private boolean isAnyMissing() throws IOException {
    List<PackEntry> entries = parts.packs().entries();
    Map<UUID, Long> stored =
        storage.list().stream()
            .collect(
                Collectors.toMap(
                    PackStorage.StoredPack::id, PackStorage.StoredPack::sizeBytes, (a, b) -> a));
    Set<PackEntry> missing =
        entries.stream()
            .filter(pack -> stored.getOrDefault(pack.id(), -1L) != pack.sizeBytes())
            .collect(Collectors.toSet());
    // Those that a sweep has retired meanwhile are not in the table any more.
    return missing.stream().anyMatch(pack -> parts.packs().find(pack.number()).isPresent());
  }
}
