package dozo.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By which a server says, to a process that it begins, for whom it does. */
final class OriginOption {

  @Option(
      names = "--begun-by",
      hidden = true,
      paramLabel = "REPOSITORY:TOKEN",
      description = "The server's repository and the name of the token for which it is begun.")
  private @Nullable String begunBy;

  /** What is to be noted, with where it comes from. */
  RunningMount mark(RunningMount what) {
    if (begunBy == null) {
      return what;
    }
    int colon = begunBy.indexOf(':');
    return what.begunBy(begunBy.substring(0, Math.max(0, colon)), begunBy.substring(colon + 1));
  }
}
