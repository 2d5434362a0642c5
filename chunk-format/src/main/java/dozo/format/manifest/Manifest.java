package dozo.format.manifest;

/**
 * An opened manifest: the restore point, and the JSON that it was read from, so that a copy keeps
 * the members that this version does not know.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Manifest {

  private final RestorePoint restorePoint;
  private final int keyEpoch;
  private final byte[] json;

  /** Keeps the array. */
  Manifest(RestorePoint restorePoint, int keyEpoch, byte[] json) {
    this.restorePoint = restorePoint;
    this.keyEpoch = keyEpoch;
    this.json = json;
  }

  /** The restore point. */
  public RestorePoint restorePoint() {
    return restorePoint;
  }

  /** The key epoch that the manifest was sealed in. */
  public int keyEpoch() {
    return keyEpoch;
  }

  byte[] json() {
    return json;
  }

  @Override
  public String toString() {
    return "manifest " + restorePoint.id();
  }
}
