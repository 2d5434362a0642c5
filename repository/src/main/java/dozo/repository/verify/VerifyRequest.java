package dozo.repository.verify;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What to verify.
 *
 * @param which the restore points
 * @param readData whether every chunk is read, decrypted and compared with its id; otherwise only
 *     the maps are, and each chunk is looked for in the pack directories
 */
public record VerifyRequest(Predicate<RestorePoint> which, boolean readData) {

  /** Everything. */
  public static VerifyRequest all(boolean readData) {
    return new VerifyRequest(point -> true, readData);
  }

  /** All restore points of a VM. */
  public static VerifyRequest ofVm(String namespace, UUID vm, boolean readData) {
    return new VerifyRequest(
        point -> point.vm().namespace().equals(namespace) && point.vm().id().equals(vm), readData);
  }

  /** One restore point. */
  public static VerifyRequest of(RestorePointId id, boolean readData) {
    return new VerifyRequest(point -> point.id().equals(id), readData);
  }
}
