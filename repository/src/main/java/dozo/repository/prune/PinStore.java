package dozo.repository.prune;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.repository.retention.Pin;
import dozo.repository.retention.PinCodec;
import dozo.repository.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Pins and holds, each a state file. Safe for use by several threads. */
final class PinStore {

  private final StateStore state;

  PinStore(StateStore state) {
    this.state = state;
  }

  /**
   * All pins by their restore points, whether still in force or not.
   *
   * @throws IOException if one cannot be read, since it cannot be known what it was on
   */
  Map<RestorePointId, List<Pin>> all() throws IOException {
    Map<RestorePointId, List<Pin>> pins = new HashMap<>();
    for (StateEntry entry : state.listAll(PinCodec.KIND)) {
      Pin pin = PinCodec.decode(entry);
      pins.computeIfAbsent(pin.restorePoint(), id -> new ArrayList<>()).add(pin);
    }
    return pins;
  }

  void add(Pin pin) throws IOException {
    state.put(PinCodec.encode(pin));
  }

  /** Takes a pin away. Returns false if there was none. */
  boolean remove(UUID id) throws IOException {
    return state.delete(PinCodec.KIND, id);
  }
}
