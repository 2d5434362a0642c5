package dozo.client.hyperv;

import dozo.format.manifest.ConsistencyLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * How to back up a machine of Hyper-V.
 *
 * @param vm its GUID; names are not unique
 * @param script the words that run the script, to which a verb and its arguments are added
 * @param asked how consistent the checkpoint is to be; less is taken, and recorded, if that cannot
 *     be had
 * @param tracking the directory where it is kept since which restore points changes are known
 * @param journals where checkpoints are noted before anything is made
 */
public record HyperVOptions(
    UUID vm, List<String> script, ConsistencyLevel asked, Path tracking, Path journals) {

  /** Keeps a copy. */
  public HyperVOptions {
    script = List.copyOf(script);
  }
}
