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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The keys of one level of a file, and their values.
 *
 * <p>There may be several texts, such as defaults and a file: a key has the value of the last that
 * names it, and sections are laid over one another.
 *
 * <p>A question about a key that is not there, or whose value cannot be used, gets the same answer,
 * nothing; the latter is noted as a mistake. Each question makes its key a known one.
 */
public final class Section {

  private static final int LONGEST_QUOTE = 60;
  private static final String NO_SECTION = "is to have keys of its own below it";

  private final Reading reading;
  private final String place;
  private final Origin origin;
  private final Map<String, Entry> entries;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<Section> inner = new ArrayList<>();

  private Section(Reading reading, String place, Origin origin, Map<String, Entry> entries) {
    this.reading = reading;
    this.place = place;
    this.origin = origin;
    this.entries = entries;
  }

  /**
   * Makes a section.
   *
   * @param origin where it begins
   * @param layers what there is of it, the weakest first
   */
  static Section of(Reading reading, String place, Origin origin, List<Layer> layers) {
    return new Section(reading, place, origin, Entry.of(reading, place, layers));
  }

  /** The line on which it begins, from 1; 0 if it is in no file. */
  public int line() {
    return origin.line();
  }

  /** Where the value of a key comes from. */
  public Origin origin(String key) {
    @Nullable Entry entry = entries.get(key);
    return entry == null ? new Origin.Usual() : entry.origin();
  }

  /**
   * Has keys exclude one another that say the same in several ways. Those of a weaker origin are
   * then as if they were not there: an option does not contradict the file, it stands above it.
   */
  public void alternatives(String... keys) {
    known.addAll(List.of(keys));
    int strongest = Stream.of(keys).mapToInt(key -> origin(key).rank()).max().orElse(0);
    List<String> there =
        Stream.of(keys)
            .filter(key -> origin(key).rank() == strongest && entries.containsKey(key))
            .toList();
    Stream.of(keys).filter(key -> !there.contains(key)).forEach(entries::remove);
    there.stream()
        .skip(1)
        .forEach(key -> wrong(key, "and " + there.getFirst() + " exclude one another"));
  }

  /** Tells what a value comes to, where what is written leaves that open. */
  public void means(String key, String text) {
    reading.change(
        name(key), answer -> new Answer(answer.key(), Optional.of(text), answer.origin()));
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
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String text = scalar.get().getValue();
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException | ArithmeticException e) {
      Origin at = Objects.requireNonNull(entries.get(key)).originOf(scalar.get());
      reading.mistakes().add(at, name(key), "is to be " + allowed + ", not " + quote(text));
      return Optional.empty();
    }
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
    List<Item> items = items(key);
    if (items.isEmpty()) {
      reading.unanswered(name(key));
    }
    for (Item item : items) {
      text(item).ifPresent(texts::add);
    }
    return texts;
  }

  private Optional<String> text(Item item) {
    if (item.value() instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      reading.answered(item.name(), scalar.getValue(), item.origin());
      return Optional.of(scalar.getValue());
    }
    reading.mistakes().add(item.origin(), item.name(), "is to be a text");
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
    Optional<Entry> entry = entry(key);
    boolean isThere = entry.isPresent() || !reading.given(name(key)).isEmpty();
    return isThere ? Optional.of(below(key)) : Optional.empty();
  }

  /** The keys below a key; a section without keys if it is not there. */
  public Section below(String key) {
    Optional<Entry> entry = entry(key);
    if (entry.isPresent() && entry.get().layers().isEmpty()) {
      reading.mistakes().add(entry.get().originOf(entry.get().value()), name(key), NO_SECTION);
    }
    Section section =
        of(
            reading,
            name(key),
            entry.map(is -> is.originOf(is.value())).orElse(origin),
            entry.map(Entry::layers).orElse(List.of()));
    inner.add(section);
    return section;
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
      reading.mistakes().add(item.origin(), item.name(), NO_SECTION);
      return Optional.empty();
    }
    boolean isUsual = item.origin().rank() == 0;
    Section section = of(reading, item.name(), item.origin(), List.of(new Layer(mapping, isUsual)));
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
      reading.mistakes().add(origin, name(key), "is missing");
    }
    return placeholder;
  }

  /** Notes that a value cannot be used, for a reason that only the caller sees. */
  public void wrong(String key, String message) {
    @Nullable Entry entry = entries.get(key);
    reading.mistakes().add(entry == null ? origin : entry.origin(), name(key), message);
  }

  /** Notes every key here and below that nobody asked for. */
  void refuseUnknown() {
    entries.forEach((key, entry) -> {
      if (!known.contains(key)) {
        reading
            .mistakes()
            .add(
                entry.origin(),
                name(key),
                "is not known; here may be "
                    + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    });
    inner.forEach(Section::refuseUnknown);
  }

  private String name(String key) {
    return name(place, key);
  }

  static String name(String place, String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  /** A value of a list, what it is called and where it is. */
  private record Item(String name, Node value, Origin origin) {}

  /** A list's items; a single value counts as a list of one. */
  private List<Item> items(String key) {
    Optional<Entry> entry = entry(key);
    if (entry.isEmpty()) {
      return List.of();
    }
    Entry is = entry.get();
    if (!(is.value() instanceof SequenceNode sequence)) {
      return List.of(new Item(name(key), is.value(), is.originOf(is.value())));
    }
    List<Item> items = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      items.add(new Item(name(key) + "[" + items.size() + "]", each, is.originOf(each)));
    }
    return items;
  }

  /** What a key has, if there is more than the key. */
  private Optional<Entry> entry(String key) {
    known.add(key);
    return Optional.ofNullable(entries.get(key)).filter(entry -> !entry.isNothing());
  }

  private Optional<ScalarNode> scalar(String key) {
    known.add(key);
    @Nullable Entry entry = entries.get(key);
    if (entry == null) {
      reading.unanswered(name(key));
      return Optional.empty();
    }
    if (entry.value() instanceof ScalarNode scalar && !entry.isNothing()) {
      reading.answered(name(key), scalar.getValue(), entry.origin());
      return Optional.of(scalar);
    }
    String message = entry.isNothing() ? "has no value" : "is to be a single value, not a list";
    reading.mistakes().add(entry.origin(), name(key), message);
    return Optional.empty();
  }

  private static String quote(String text) {
    return '"'
        + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…")
        + '"';
  }
}
