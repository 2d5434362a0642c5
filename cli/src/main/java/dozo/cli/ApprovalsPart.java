package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the commands on requests that wait have in common. */
abstract class ApprovalsPart extends AdminPart {

  static final String PATH = "/approvals";

  ApprovalsPart(Context context) {
    super(context);
  }

  static List<ObjectNode> all(AdminClient client) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    for (JsonNode each : client.get(PATH).path("approvals")) {
      if (each instanceof ObjectNode request) {
        all.add(request);
      }
    }
    return all;
  }

  /** The request whose id begins so. */
  static ObjectNode find(AdminClient client, String id) throws IOException {
    return UpkeepCommand.byId(all(client), "request", id);
  }

  /** Tells what has become of a request. */
  static void print(ObjectNode request, Output output) {
    UpkeepCommand.json(output, "approval", request);
    output.line("Request   " + text(request, "id"));
    output.line("State     " + text(request, "state"));
    output.line("What      " + text(request, "text"));
    output.line("Asked     " + text(request, "asked") + " by " + text(request.path("by"), "name"));
    if (request.has("approvedBy")) {
      output.line(
          "Approved  "
              + text(request, "approvedAt")
              + " by "
              + text(request.path("approvedBy"), "name"));
    }
    if (request.has("ended")) {
      String by = text(request.path("endedBy"), "name");
      output.line("Ended     " + text(request, "ended") + (by.isEmpty() ? "" : " by " + by));
      output.line("Why       " + text(request, "note"));
    } else {
      output.line("May approve  " + others(request));
    }
    output.line("Exactly   " + request.path("what"));
    output.line("Digest    " + text(request, "digest"));
  }

  private static String others(ObjectNode request) {
    List<String> names = new ArrayList<>();
    request.path("mayApprove").forEach(person -> names.add(text(person, "name")));
    return names.isEmpty() ? "nobody: it waits for its delay" : String.join(", ", names);
  }

  static String text(JsonNode node, String name) {
    return UpkeepCommand.text(node, name);
  }
}
