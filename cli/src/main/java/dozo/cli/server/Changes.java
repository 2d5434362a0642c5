package dozo.cli.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between two configurations of a server.
 *
 * @param atOnce keys that a running server takes over
 * @param afterRestart keys that it takes over when it is started the next time
 */
public record Changes(List<Change> atOnce, List<Change> afterRestart) {

  /**
   * What a running server takes over, as keys or as beginnings of keys that end in a dot. Whoever
   * adds one here has {@link dozo.server.DozoServer#follow} do it.
   */
  private static final List<String> AT_ONCE =
      List.of(
          "limits.connections",
          "limits.sessions",
          "limits.sessions-per-token",
          "limits.session-window",
          "limits.all-windows",
          "limits.detached",
          "limits.silent",
          "limits.receipts",
          "drain",
          "upkeep.",
          "log.level");

  /**
   * A key that has another value.
   *
   * @param before empty if it had none
   * @param now empty if it has none any more
   */
  public record Change(String key, Optional<String> before, Optional<String> now) {}

  /** Keeps copies. */
  public Changes {
    atOnce = List.copyOf(atOnce);
    afterRestart = List.copyOf(afterRestart);
  }

  /**
   * Compares what counts, wherever that comes from.
   *
   * @param before as {@link ServerSettings#values} has it
   * @param now likewise
   */
  public static Changes between(
      Map<String, Optional<String>> before, Map<String, Optional<String>> now) {
    List<Change> atOnce = new ArrayList<>();
    List<Change> afterRestart = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      Change change = new Change(key, value(before, key), value(now, key));
      if (!change.before().equals(change.now())) {
        (isAtOnce(key) ? atOnce : afterRestart).add(change);
      }
    }
    return new Changes(atOnce, afterRestart);
  }

  private static Optional<String> value(Map<String, Optional<String>> values, String key) {
    return values.getOrDefault(key, Optional.empty());
  }

  /** Whether a running server takes a key over. */
  public static boolean isAtOnce(String key) {
    return AT_ONCE.stream()
        .anyMatch(each -> each.endsWith(".") ? key.startsWith(each) : key.equals(each));
  }
}
