package dozo.cli.job;

import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.VmRef;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A VM that a job backs up.
 *
 * @param vm what its restore points are filed under
 * @param source where its disks are
 * @param required how consistent its checkpoint has to be, or there is no restore point
 * @param attributes further facts for its restore points
 * @param hooks what is run around its backup
 * @param group the VMs with which it becomes restore points together or not at all, if there are
 *     any
 */
public record JobVm(
    VmRef vm,
    JobSource source,
    ConsistencyLevel required,
    SortedMap<String, String> attributes,
    Hooks hooks,
    Optional<String> group) {

  /** Keeps a copy. */
  public JobVm {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }
}
