package dozo.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A YAML file, and what is wrong with it. */
public final class ConfigFile {

  private static final int MAXIMUM_BYTES = 1 << 20;
  private static final int MAXIMUM_DEPTH = 32;

  private final Mistakes mistakes;
  private final Section root;

  private ConfigFile(Mistakes mistakes, Section root) {
    this.mistakes = mistakes;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException if it is not YAML in UTF-8 with keys at its top, or is longer than 1
   *     MiB
   */
  public static ConfigFile read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAXIMUM_BYTES + 1);
    }
    Mistakes mistakes = new Mistakes(file);
    if (bytes.length > MAXIMUM_BYTES) {
      mistakes.add(1, "", "the file is longer than 1 MiB");
    }
    mistakes.throwIfAny();
    Optional<Node> node = parse(bytes, mistakes);
    if (node.isPresent() && !(node.get() instanceof MappingNode)) {
      mistakes.add(1, "", "a configuration begins with \"key: value\"");
    }
    mistakes.throwIfAny();
    return new ConfigFile(
        mistakes,
        node.map(top -> Section.of(mistakes, "", (MappingNode) top))
            .orElseGet(() -> Section.empty(mistakes, "", 1)));
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
      mistakes.add(1, "", "the file is not UTF-8");
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      mistakes.add(line(e.getProblemMark()), "", "this is not YAML: " + context + e.getProblem());
    } catch (YamlEngineException e) {
      mistakes.add(1, "", "this is not YAML: " + e.getMessage());
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
            line(event.getStartMark()), "", "no more than " + MAXIMUM_DEPTH + " levels are read");
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
    mistakes.throwIfAny();
  }
}
