package dozo.repository.crash;

import dozo.repository.crash.SimulatedDisk.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The names in a directory. Each name given or taken since the last sync is lost by a power cut or
 * not, by itself. Guarded by its machine.
 */
final class SimulatedDirectory implements Node {

  private final Map<String, Node> names = new TreeMap<>();
  private final Map<String, Node> durable = new HashMap<>();
  private final List<Pending> pending = new ArrayList<>();

  /** A name that was given to a node, or taken. */
  private record Pending(String name, Optional<Node> node, boolean doomed) {}

  /** The names as programs see them. */
  Map<String, Node> names() {
    return names;
  }

  void put(String name, Node node) {
    names.put(name, node);
    pending.add(new Pending(name, Optional.of(node), false));
  }

  void remove(String name) {
    names.remove(name);
    pending.add(new Pending(name, Optional.empty(), false));
  }

  void sync(boolean failed) {
    List<Pending> left = new ArrayList<>();
    for (Pending each : pending) {
      if (failed || each.doomed) {
        left.add(new Pending(each.name, each.node, true));
      } else {
        left.removeIf(earlier -> earlier.name.equals(each.name));
        apply(durable, each);
      }
    }
    pending.clear();
    pending.addAll(left);
  }

  private static void apply(Map<String, Node> names, Pending change) {
    if (change.node.isPresent()) {
      names.put(change.name, change.node.get());
    } else {
      names.remove(change.name);
    }
  }

  /**
   * The directory as it may be after a power cut.
   *
   * @param nodes says what becomes of a node, the same for each of its names
   */
  SimulatedDirectory afterPowerCut(Random random, UnaryOperator<Node> nodes) {
    Map<String, Node> left = new TreeMap<>(durable);
    int mood = random.nextInt(4);
    for (Pending each : pending) {
      boolean kept =
          switch (mood) {
            case 0 -> false;
            case 1 -> true;
            default -> random.nextBoolean();
          };
      if (kept) {
        apply(left, each);
      }
    }
    SimulatedDirectory after = new SimulatedDirectory();
    left.forEach((name, node) -> after.settle(name, nodes.apply(node)));
    return after;
  }

  /** Gives a name that is on stable storage. */
  void settle(String name, Node node) {
    names.put(name, node);
    durable.put(name, node);
  }
}
