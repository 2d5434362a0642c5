package dozo.cli.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of the commented example, those that are commented out included. */
final class ExampleKeys {

  private static final Pattern KEY =
      Pattern.compile(
          "(?<indent> *)(?<off># )?(?<item>- )?(?<name>[a-z]+(?:-[a-z]+)*):(?: (?<value>.*))?");

  private ExampleKeys() {}

  /**
   * A key of the example.
   *
   * @param path as the docs have it, with {@code []} for the items of a list
   * @param usual its default; empty if it is commented out or a section
   * @param isExplained whether a comment stands above it, or above the keys of its group
   */
  record Key(String path, Optional<String> usual, boolean isExplained) {}

  private record Level(int indent, String path) {}

  static List<Key> of(String example) {
    List<Key> keys = new ArrayList<>();
    Deque<Level> levels = new ArrayDeque<>();
    boolean isExplained = false;
    for (String line : example.lines().toList()) {
      Matcher key = KEY.matcher(line);
      if (!key.matches()) {
        isExplained = line.strip().startsWith("#");
        continue;
      }
      boolean isItem = key.group("item") != null;
      int indent = key.group("indent").length();
      while (!levels.isEmpty() && levels.getFirst().indent() >= indent) {
        levels.removeFirst();
      }
      String above = levels.isEmpty() ? "" : levels.getFirst().path();
      if (isItem) {
        above += "[]";
        levels.addFirst(new Level(indent, above));
      }
      String path = above.isEmpty() ? key.group("name") : above + "." + key.group("name");
      levels.addFirst(new Level(indent + (isItem ? 2 : 0), path));
      Optional<String> value = Optional.ofNullable(key.group("value"));
      keys.add(new Key(path, key.group("off") == null ? value : Optional.empty(), isExplained));
    }
    return keys;
  }

  /**
   * The example with everything in force.
   *
   * @param but beginnings of names that stay as they are
   */
  static String inForce(String example, String... but) {
    StringBuilder text = new StringBuilder();
    for (String line : example.lines().toList()) {
      Matcher key = KEY.matcher(line);
      boolean isOff = key.matches() && key.group("off") != null;
      boolean stays = isOff && List.of(but).contains(key.group("name"));
      text.append(isOff && !stays ? line.replaceFirst("# ", "") : line).append('\n');
    }
    return text.toString();
  }
}
