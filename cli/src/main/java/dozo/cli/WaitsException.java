package dozo.cli;

import dozo.cli.console.Quantity;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** A server has not done what was asked of it: it waits for a delay or another admin. */
final class WaitsException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * Tells of a request.
   *
   * @param request as the admin API answered
   */
  WaitsException(ObjectNode request) {
    super(
        "Not done yet: "
            + request.path("text").asString("")
            + ". It is done "
            + when(request)
            + ". 'dozo approvals show "
            + request.path("id").asString("")
            + "' tells what has become of it.");
  }

  private static String when(ObjectNode request) {
    String approval = "when another admin approves";
    if (!request.has("delaySeconds")) {
      return approval;
    }
    String delay =
        "after "
            + Quantity.time(Duration.ofSeconds(request.path("leftSeconds").asLong(0)))
            + " unless somebody rejects it";
    return request.path("mayApprove").isEmpty() ? delay : delay + ", or " + approval;
  }

  /** Whether an answer of the admin API is a request that waits, in place of what it was for. */
  static boolean isToldBy(ObjectNode answer) {
    return answer.has("digest") && answer.has("mayApprove");
  }
}
