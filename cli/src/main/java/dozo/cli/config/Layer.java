package dozo.cli.config;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The keys of a level as one text has them.
 *
 * @param isUsual whether that is the text of the defaults, whose lines are nobody's business
 */
record Layer(MappingNode node, boolean isUsual) {

  Origin originOf(Node part) {
    return isUsual ? new Origin.Usual() : new Origin.Line(ConfigFile.line(part.getStartMark()));
  }
}
