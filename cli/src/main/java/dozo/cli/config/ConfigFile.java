package dozo.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A YAML file, and what is wrong with it.
 *
 * <p>There may be defaults beneath it, and single values above it, which come from options and the
 * environment: they are asked for, and found mistaken, as if they stood in the file.
 */
public final class ConfigFile {

  private static final int MAXIMUM_BYTES = 1 << 20;
  private static final int MAXIMUM_DEPTH = 32;
  private static final Origin TOP = new Origin.Line(1);

  private final Reading reading;
  private final Section root;

  private ConfigFile(Reading reading, Section root) {
    this.reading = reading;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException if it is not YAML in UTF-8 with keys at its top, or is longer than 1
   *     MiB
   */
  public static ConfigFile read(Path file) throws IOException {
    return read(Optional.of(file), "", Map.of());
  }

  /**
   * Reads a file over defaults.
   *
   * @param file empty if there is none
   * @param usual the defaults, as a text of the same form
   * @param given values that stand above the file's, by their keys
   * @throws ConfigException as {@link #read(Path)} does
   */
  public static ConfigFile read(Optional<Path> file, String usual, Map<String, Given> given)
      throws IOException {
    Reading reading = new Reading(file.map(Path::toString).orElse(""), given);
    List<Layer> layers = new ArrayList<>();
    add(usual.getBytes(StandardCharsets.UTF_8), true, layers, reading.mistakes());
    if (file.isPresent()) {
      if (Files.isDirectory(file.get())) {
        reading.mistakes().add(TOP, "", "this is a directory");
        reading.mistakes().throwIfAny();
      }
      try (InputStream in = Files.newInputStream(file.get())) {
        add(in.readNBytes(MAXIMUM_BYTES + 1), false, layers, reading.mistakes());
      }
    }
    return new ConfigFile(reading, Section.of(reading, "", new Origin.Line(1), layers));
  }

  private static void add(byte[] bytes, boolean isUsual, List<Layer> layers, Mistakes mistakes)
      throws ConfigException {
    if (bytes.length > MAXIMUM_BYTES) {
      mistakes.add(TOP, "", "the file is longer than 1 MiB");
    }
    mistakes.throwIfAny();
    Optional<Node> node = parse(bytes, mistakes);
    if (node.isPresent() && !(node.get() instanceof MappingNode)) {
      mistakes.add(TOP, "", "a configuration begins with \"key: value\"");
    }
    mistakes.throwIfAny();
    node.ifPresent(top -> layers.add(new Layer((MappingNode) top, isUsual)));
  }

  /** What the text says; nothing if it is empty or was found mistaken. */
  private static Optional<Node> parse(byte[] bytes, Mistakes mistakes) {
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(MAXIMUM_BYTES).setAllowDuplicateKeys(true).build();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return requireShallow(text, settings, mistakes)
          ? new Compose(settings).composeString(text)
          : Optional.empty();
    } catch (CharacterCodingException e) {
      mistakes.add(TOP, "", "the file is not UTF-8");
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      mistakes.add(
          new Origin.Line(line(e.getProblemMark())),
          "",
          "this is not YAML: " + context + e.getProblem());
    } catch (YamlEngineException e) {
      mistakes.add(TOP, "", "this is not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  /** The tree is built by recursion, so its depth is looked at before. */
  private static boolean requireShallow(String text, LoadSettings settings, Mistakes mistakes) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > MAXIMUM_DEPTH) {
        mistakes.add(
            new Origin.Line(line(event.getStartMark())),
            "",
            "no more than " + MAXIMUM_DEPTH + " levels are read");
        return false;
      }
    }
    return true;
  }

  static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }

  /** What stands at the top. */
  public Section root() {
    return root;
  }

  /**
   * Ends the reading of the file.
   *
   * @throws ConfigException with every mistake, if there was any; a key that nobody asked for is
   *     one
   */
  public void check() throws ConfigException {
    root.refuseUnknown();
    reading.mistakes().throwIfAny();
  }

  /** What was asked for so far, in that order, and what counts. */
  public List<Answer> answers() {
    return reading.answers();
  }
}
