package dozo.cli.job;

import dozo.client.NetworkThrottle;
import dozo.client.Transfer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Backups that are made together.
 *
 * @param name what people call it
 * @param server where they go
 * @param parallel how many VMs or groups are backed up at a time, on this host by all jobs together
 * @param attempts how often each VM is tried
 * @param retries how often a lost server is looked for before an attempt has failed
 * @param transfer how the disks are brought over
 * @param throttle how fast they may go over the network, all together
 * @param knownReceiptKeys where receipt keys are noted at first sight, if they are
 * @param vms what is backed up, in this order; at least one, of unequal ids
 */
public record Job(
    String name,
    JobServer server,
    int parallel,
    Attempts attempts,
    int retries,
    Transfer transfer,
    NetworkThrottle throttle,
    Optional<Path> knownReceiptKeys,
    List<JobVm> vms) {

  /** Keeps a copy. */
  public Job {
    vms = List.copyOf(vms);
  }

  /** The VMs by whom they become restore points together with, in their order. */
  List<List<JobVm>> together() {
    Map<Object, List<JobVm>> together = new LinkedHashMap<>();
    for (JobVm vm : vms) {
      Object key = vm.group().isPresent() ? vm.group().get() : vm;
      together.computeIfAbsent(key, _ -> new ArrayList<>()).add(vm);
    }
    return List.copyOf(together.values());
  }
}
