package dozo.cli.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The keys of one level of a file, and their values.
 *
 * <p>A question about a key that is not there, or whose value cannot be used, gets the same answer,
 * nothing; the latter is noted as a mistake. Each question makes its key a known one.
 */
public final class Section {

  private static final int LONGEST_QUOTE = 60;

  private final Mistakes mistakes;
  private final String place;
  private final int line;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final List<Section> inner = new ArrayList<>();

  /** What a key has, and on which line the key is. */
  private record Entry(int line, Node value) {}

  private Section(Mistakes mistakes, String place, int line) {
    this.mistakes = mistakes;
    this.place = place;
    this.line = line;
  }

  static Section empty(Mistakes mistakes, String place, int line) {
    return new Section(mistakes, place, line);
  }

  static Section of(Mistakes mistakes, String place, MappingNode node) {
    Section section = new Section(mistakes, place, lineOf(node));
    for (NodeTuple tuple : node.getValue()) {
      int at = lineOf(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        mistakes.add(at, place, "has something for a key that is no word");
      } else if (section.entries.putIfAbsent(key.getValue(), new Entry(at, tuple.getValueNode()))
          != null) {
        mistakes.add(at, section.name(key.getValue()), "is there twice");
      }
    }
    return section;
  }

  private static int lineOf(Node node) {
    return ConfigFile.line(node.getStartMark());
  }

  /** The line on which it begins, from 1. */
  public int line() {
    return line;
  }

  /** Its keys, in the order of the file; for sections whose keys are names that people choose. */
  public Set<String> keys() {
    return new LinkedHashSet<>(entries.keySet());
  }

  /** Whether a key is there, with whatever value. */
  public boolean has(String key) {
    known.add(key);
    return entries.containsKey(key);
  }

  /** A text, as it is written. */
  public Optional<String> text(String key) {
    return scalar(key).map(ScalarNode::getValue);
  }

  /**
   * A value that somebody else can read.
   *
   * @param allowed what it may be, such as {@code "HOST:PORT"}
   * @param parse throws IllegalArgumentException for what it cannot read
   */
  public <T> Optional<T> value(String key, String allowed, Function<String, T> parse) {
    Optional<ScalarNode> scalar = scalar(key);
    return scalar.flatMap(node -> parsed(name(key), node, allowed, parse));
  }

  /** A whole number from a lower to an upper bound, both included. */
  public Optional<Long> number(String key, long lowest, long highest) {
    return value(
        key,
        "a number from " + lowest + " to " + highest,
        text -> {
          long number = Long.parseLong(text);
          if (number < lowest || number > highest) {
            throw new IllegalArgumentException();
          }
          return number;
        });
  }

  /** A truth. */
  public Optional<Boolean> flag(String key) {
    return value(
        key,
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** A length of time: a number and {@code s}, {@code min}, {@code h} or {@code d}. */
  public Optional<Duration> time(String key) {
    return value(key, "a time such as 30s, 5min, 2h or 7d", Amounts::time);
  }

  /** A number of bytes: with {@code K}, {@code M}, {@code G} or {@code T}, which count by 1,024. */
  public Optional<Long> size(String key) {
    return value(key, "a size such as 4096, 512K, 50M or 2G", Amounts::size);
  }

  /** A path, which need not exist. */
  public Optional<Path> path(String key) {
    return value(
        key,
        "a path",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  /** One of the constants of an enum, in lower case with dashes. */
  public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E each : type.getEnumConstants()) {
      words.put(each.name().toLowerCase(Locale.ROOT).replace('_', '-'), each);
    }
    return value(
        key,
        "one of " + String.join(", ", words.keySet()),
        text -> {
          E chosen = words.get(text);
          if (chosen == null) {
            throw new IllegalArgumentException();
          }
          return chosen;
        });
  }

  /** A list of texts, or a single one; empty if it is not there. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Item item : items(key)) {
      text(item).ifPresent(texts::add);
    }
    return texts;
  }

  private Optional<String> text(Item item) {
    if (item.value() instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return Optional.of(scalar.getValue());
    }
    mistakes.add(lineOf(item.value()), item.name(), "is to be a text");
    return Optional.empty();
  }

  /** Texts by names that people choose; empty if it is not there. */
  public SortedMap<String, String> named(String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    section(key)
        .ifPresent(section -> {
          for (String each : section.keys()) {
            section.text(each).ifPresent(text -> texts.put(each, text));
          }
        });
    return texts;
  }

  /** The keys below a key; nothing if it is not there, or there is nothing below it. */
  public Optional<Section> section(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    return section(new Item(name(key), node.get()));
  }

  /** The sections of a list; empty if it is not there. */
  public List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    for (Item item : items(key)) {
      section(item).ifPresent(sections::add);
    }
    return sections;
  }

  private Optional<Section> section(Item item) {
    if (!(item.value() instanceof MappingNode mapping)) {
      mistakes.add(lineOf(item.value()), item.name(), "is to have keys of its own below it");
      return Optional.empty();
    }
    Section section = of(mistakes, item.name(), mapping);
    inner.add(section);
    return Optional.of(section);
  }

  /**
   * Notes that a key has to be there, unless it is.
   *
   * @param placeholder what to go on with; it is of no account, since the file is refused
   * @return the placeholder
   */
  public <T extends @Nullable Object> T missing(String key, T placeholder) {
    if (!has(key)) {
      mistakes.add(line, name(key), "is missing");
    }
    return placeholder;
  }

  /** Notes that a value cannot be used, for a reason that only the caller sees. */
  public void wrong(String key, String message) {
    @Nullable Entry entry = entries.get(key);
    mistakes.add(entry == null ? line : entry.line(), name(key), message);
  }

  /** Notes every key here and below that nobody asked for. */
  void refuseUnknown() {
    entries.forEach((key, entry) -> {
      if (!known.contains(key)) {
        mistakes.add(
            entry.line(),
            name(key),
            "is not known; here may be "
                + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    });
    inner.forEach(Section::refuseUnknown);
  }

  private String name(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  /** A value and what it is called. */
  private record Item(String name, Node value) {}

  /** A list's items; a single value counts as a list of one. */
  private List<Item> items(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (!(node.get() instanceof SequenceNode sequence)) {
      return List.of(new Item(name(key), node.get()));
    }
    List<Item> items = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      items.add(new Item(name(key) + "[" + items.size() + "]", each));
    }
    return items;
  }

  /** A key's value, if there is more than the key. */
  private Optional<Node> node(String key) {
    known.add(key);
    return Optional.ofNullable(entries.get(key))
        .map(Entry::value)
        .filter(node -> !node.getTag().equals(Tag.NULL));
  }

  private Optional<ScalarNode> scalar(String key) {
    known.add(key);
    @Nullable Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.value() instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return Optional.of(scalar);
    }
    boolean nothing = entry.value().getTag().equals(Tag.NULL);
    mistakes.add(
        entry.line(), name(key), nothing ? "has no value" : "is to be a single value, not a list");
    return Optional.empty();
  }

  private <T> Optional<T> parsed(
      String name, ScalarNode node, String allowed, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(node.getValue()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      mistakes.add(lineOf(node), name, "is to be " + allowed + ", not " + quote(node.getValue()));
      return Optional.empty();
    }
  }

  private static String quote(String text) {
    return '"'
        + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…")
        + '"';
  }
}
