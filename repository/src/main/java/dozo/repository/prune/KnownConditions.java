package dozo.repository.prune;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.retention.Verification;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Tells what is known of the data of restore points. */
public interface KnownConditions {

  /** What was found of each when it was verified last, which costs nothing to tell. */
  Map<RestorePointId, Verification> recorded(List<RestorePoint> points);

  /**
   * What is known of each now.
   *
   * @throws IOException if it cannot be found out; then nothing may be forgotten
   */
  Map<RestorePointId, Verification> now(List<RestorePoint> points) throws IOException;
}
