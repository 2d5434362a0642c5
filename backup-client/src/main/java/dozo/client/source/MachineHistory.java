package dozo.client.source;

import java.io.IOException;
import java.util.List;

/** What there is of a machine already. */
@FunctionalInterface
public interface MachineHistory {

  /** Nothing. */
  MachineHistory NONE = List::of;

  /**
   * The disks of its restore points of which a source noted something, the newest first. The first
   * call may ask a server.
   */
  List<KnownDisk> disks() throws IOException;
}
