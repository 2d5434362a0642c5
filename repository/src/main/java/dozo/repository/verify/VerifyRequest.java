package dozo.repository.verify;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What to verify.
 *
 * @param which the restore points
 * @param isEverything whether packs are read whole, whatever is in them; otherwise only what the
 *     restore points need is read of them
 * @param readsData whether packs are read, decrypted, and every chunk compared with its id;
 *     otherwise only the maps are, and each chunk is looked for in the pack directories
 * @param age packs that were found sound no longer ago than that are not read again; zero for none
 * @param bytesPerSecond how much is read at most, or 0 for no bound
 */
public record VerifyRequest(
    Predicate<RestorePoint> which,
    boolean isEverything,
    boolean readsData,
    Duration age,
    long bytesPerSecond) {

  /** Checks the bounds. */
  public VerifyRequest {
    if (age.isNegative()) {
      throw new IllegalArgumentException("An age is no less than 0, not " + age);
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("A rate is no less than 0, not " + bytesPerSecond);
    }
  }

  /** Everything. */
  public static VerifyRequest all(boolean readsData) {
    return new VerifyRequest(point -> true, true, readsData, Duration.ZERO, 0);
  }

  /** All restore points of a VM. */
  public static VerifyRequest ofVm(String namespace, UUID vm, boolean readsData) {
    return some(
        point -> point.vm().namespace().equals(namespace) && point.vm().id().equals(vm), readsData);
  }

  /** One restore point. */
  public static VerifyRequest of(RestorePointId id, boolean readsData) {
    return some(point -> point.id().equals(id), readsData);
  }

  /** Some restore points. */
  public static VerifyRequest some(Predicate<RestorePoint> which, boolean readsData) {
    return new VerifyRequest(which, false, readsData, Duration.ZERO, 0);
  }

  /** The same, but leaving out packs that were found sound no longer ago than that. */
  public VerifyRequest notSince(Duration other) {
    return new VerifyRequest(which, isEverything, readsData, other, bytesPerSecond);
  }

  /** The same at another rate. */
  public VerifyRequest withRate(long bytes) {
    return new VerifyRequest(which, isEverything, readsData, age, bytes);
  }
}
