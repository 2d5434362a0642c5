package dozo.cli.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What a key has: the value that says most, and where the key is. Sections do not replace one
 * another but are laid over one another.
 *
 * @param layers what is below the key, the weakest first; empty unless it is a section
 */
record Entry(Origin origin, Node value, List<Layer> layers) {

  /** Whether there is only the key. */
  boolean isNothing() {
    return value.getTag().equals(Tag.NULL);
  }

  /** Where a part of the value is. */
  Origin originOf(Node part) {
    return origin instanceof Origin.Line
        ? new Origin.Line(ConfigFile.line(part.getStartMark()))
        : origin;
  }

  private Entry over(Entry weaker) {
    if (weaker.layers.isEmpty()) {
      return this;
    }
    if (isNothing()) {
      return weaker; // Somebody has commented out all that stood below the key.
    }
    return layers.isEmpty()
        ? this
        : new Entry(origin, value, Stream.concat(weaker.layers.stream(), layers.stream()).toList());
  }

  /**
   * The entries of a level.
   *
   * @param place the section's name
   * @param layers the weakest first
   */
  static Map<String, Entry> of(Reading reading, String place, List<Layer> layers) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Layer layer : layers) {
      lay(layer, reading.mistakes(), place, entries);
    }
    reading
        .given(place)
        .forEach((key, given) -> {
          ScalarNode value = new ScalarNode(Tag.STR, given.text(), ScalarStyle.PLAIN);
          entries.put(key, new Entry(given.origin(), value, List.of()));
        });
    return entries;
  }

  private static void lay(
      Layer layer, Mistakes mistakes, String place, Map<String, Entry> entries) {
    Set<String> here = new HashSet<>();
    for (NodeTuple tuple : layer.node().getValue()) {
      Origin origin = layer.originOf(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        mistakes.add(origin, place, "has something for a key that is no word");
      } else if (!here.add(key.getValue())) {
        mistakes.add(origin, Section.name(place, key.getValue()), "is there twice");
      } else {
        Entry entry = new Entry(origin, tuple.getValueNode(), below(tuple.getValueNode(), layer));
        entries.merge(key.getValue(), entry, (weaker, stronger) -> stronger.over(weaker));
      }
    }
  }

  private static List<Layer> below(Node value, Layer layer) {
    return value instanceof MappingNode mapping
        ? List.of(new Layer(mapping, layer.isUsual()))
        : List.of();
  }
}
