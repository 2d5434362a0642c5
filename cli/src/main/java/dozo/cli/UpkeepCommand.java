package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.format.manifest.RestorePoint;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What commands have in common that look after a repository, be it a server's or a directory. */
abstract class UpkeepCommand extends DozoCommand {

  @Mixin private final UpkeepOptions where = new UpkeepOptions();

  UpkeepCommand(Context context) {
    super(context);
  }

  abstract ExitCode run(Upkeep upkeep, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    check();
    try (Upkeep upkeep = where.open(secrets())) {
      return run(upkeep, output);
    }
  }

  /** Refuses what can be seen to be wrong before a repository is opened. */
  void check() {}

  /** An empty object, for a task. */
  static ObjectNode task(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  /** Has a task done, which Ctrl-C ends in good order: its report tells how far it came. */
  static ObjectNode work(Upkeep upkeep, ObjectNode task, Output output) throws IOException {
    StopSignal stop = new StopSignal();
    try (Progress progress = Progress.open(output, task.path("kind").asString());
        Interruption _ = Interruption.cancels(stop::stop)) {
      return upkeep.run(task, progress, stop);
    } catch (StopSignal.StoppedException e) {
      throw new CancellationException("Stopped");
    }
  }

  /** Tells that something waits, so that what comes after it is asked for all the same. */
  static ExitCode waits(WaitsException waits, Output output) {
    output.warn(String.valueOf(waits.getMessage()));
    return ExitCode.WAITS;
  }

  /** Prints an object as a JSON result, if that was asked for. */
  static void json(Output output, String type, ObjectNode node) {
    output.json(
        type,
        json ->
            node.properties()
                .forEach(each -> json.putJson(each.getKey(), each.getValue().toString())));
  }

  /** Prints a list of objects as a JSON result. */
  static void json(Output output, String type, List<ObjectNode> nodes) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    nodes.forEach(all.putArray(type)::add);
    json(output, type, all);
  }

  static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  static long number(JsonNode node, String name) {
    return node.path(name).asLong(0);
  }

  /** The restore points that texts name, each once. */
  static List<RestorePoint> select(Upkeep upkeep, List<String> texts) throws IOException {
    List<RestorePoint> all = texts.isEmpty() ? List.of() : upkeep.restorePoints();
    List<RestorePoint> selected = new ArrayList<>();
    for (String text : texts) {
      RestorePoint point = Selection.one(all, upkeep.place(), text);
      if (!selected.contains(point)) {
        selected.add(point);
      }
    }
    return selected;
  }

  /** The one object whose id begins with a text. */
  static ObjectNode byId(List<ObjectNode> all, String what, String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    List<ObjectNode> found =
        all.stream().filter(each -> text(each, "id").startsWith(wanted)).distinct().toList();
    if (found.stream().map(each -> text(each, "id")).distinct().count() != 1) {
      throw new IllegalArgumentException(
          (found.isEmpty() ? "There is no " + what : "There are several of " + what)
              + " with an id that begins with \""
              + text
              + "\"");
    }
    return found.getFirst();
  }
}
