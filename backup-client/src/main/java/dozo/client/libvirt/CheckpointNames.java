package dozo.client.libvirt;

import java.util.List;

/**
 * How our libvirt checkpoints are named: {@code dozo.CHAIN.ID}. Libvirt does not rename them, and
 * the restore point's id is known only later, so a restore point names its checkpoint and not the
 * other way round.
 *
 * @param chain one word for each series of backups, so that two do not disturb each other
 */
record CheckpointNames(String chain) {

  CheckpointNames {
    if (!chain.matches("[A-Za-z0-9_-]{1,32}")) {
      throw new IllegalArgumentException(
          "The name of a chain has 1 to 32 letters, digits, _ and -, not \"" + chain + "\"");
    }
  }

  /** The name of the checkpoint that is made with an id. */
  String of(String id) {
    return "dozo." + chain + "." + id;
  }

  /** Those of this chain, in the order in which they are given. */
  List<String> ours(List<String> names) {
    return names.stream().filter(name -> name.startsWith(of(""))).toList();
  }

  /**
   * What a restore point notes of a disk, so that a later backup knows since when a checkpoint
   * tells its changes.
   *
   * @param target the disk's target in the machine
   */
  static String mark(String checkpoint, String target) {
    return "libvirt " + checkpoint + " " + target;
  }
}
