package dozo.server.upkeep;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What happened to a job, line by line: the first ones, and how many there were more. */
final class JobLog {

  private static final int LINES = 1_000;

  private final InstantSource clock;
  private final List<Line> lines = new ArrayList<>();
  private int more;

  private record Line(Instant at, String text) {}

  JobLog(InstantSource clock) {
    this.clock = clock;
  }

  void add(String text) {
    if (lines.size() < LINES) {
      lines.add(new Line(clock.instant(), text));
    } else {
      more++;
    }
  }

  ArrayNode toJson() {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    for (Line line : lines) {
      node.addObject().put("at", line.at().toString()).put("text", line.text());
    }
    if (more > 0) {
      node.addObject()
          .put("at", lines.getLast().at().toString())
          .put("text", "and " + more + " more lines");
    }
    return node;
  }
}
